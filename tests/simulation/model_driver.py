#!/usr/bin/env python3
"""Computes the heads of schedules with the model of the design. Usage: model_driver.py FOLDER-OF-causality.py < IN > OUT

A line in: {"changes": [[record, [fields], incarnation, number, prev or -1]...], "forks": [[incarnation, top]...],
"replicas": [{"known": [...], "numbers": [[change, [[incarnation, number]...]]...]}...]}; a line out: for each replica,
record and field, the sorted heads.
"""
import json
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import causality as model  # noqa: E402

for line in sys.stdin:
    run = json.loads(line)
    world = model.World()
    for id, (record, fields, incarnation, number, prev) in enumerate(run['changes']):
        before = None if prev < 0 else prev
        world.changes[id] = model.Change(id, record, frozenset(fields), (incarnation, number), before, frozenset())
    forks = dict(run['forks'])
    out = []
    for replica in run['replicas']:
        numbers = {id: {tuple(each) for each in all} for id, all in replica['numbers']}
        for record in range(model.RECORDS):
            for field in range(model.FIELDS):
                out.append(sorted(model.heads(world, replica['known'], numbers, forks, record, field)))
    print(json.dumps(out))
