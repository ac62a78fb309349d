#!/usr/bin/env python3
"""The bytes of sync/PROTOCOL.md, made by hand: written from that page alone, with nothing of the
program's. `protocol_vectors.py > protocol_vectors.txt`; tests/sync/protocol_test.cpp compares."""

import hashlib

NIL = bytes(16)


def n(value):  # an unsigned number
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def z(value):  # a signed number
    return n(value * 2 if value >= 0 else -value * 2 - 1)


def s(text):  # text, or bytes of any kind
    raw = text.encode() if isinstance(text, str) else text
    return n(len(raw)) + raw


def hash256(raw):
    return hashlib.blake2b(raw, digest_size=32).digest()


def many(items):
    return n(len(items)) + b"".join(items)


def yes(value):
    return b"\1" if value else b"\0"


def ident(first):  # an id of this page's examples: one byte, then zeros
    return bytes([first]) + bytes(15)


def key(first):
    return bytes([first]) + bytes(31)


EMPTY, INTEGER, DECIMAL, TEXT = range(4)


def value(tag, content=None):
    if tag == INTEGER:
        return n(tag) + z(content)
    if tag == DECIMAL:
        mantissa, scale = content
        return n(tag) + n(scale) + z(mantissa)
    if tag == TEXT:
        return n(tag) + s(content)
    return n(tag)


# ---- a change: (author, device, form, record, writes, notes, seen, prev, wall, run, count)
def cell(item, field):
    return n(field * 2) if item == NIL else n(field * 2 + 1) + item


def canonical(c):
    out = n(1) + c["author"] + c["device"] + s(c["form"][0]) + n(c["form"][1]) + n(c["form"][2])
    out += c["record"]
    out += many([cell(item, field) + value(*what) for item, field, what in c["writes"]])
    out += many([cell(item, field) + s(text) for item, field, text in c["notes"]])
    return out + n(c["seen"][0]) + n(c["seen"][1]) + c["prev"] + z(c["wall"]) + n(c["run"]) + n(c["count"])


def change_id(c):
    return hash256(canonical(c))[:16]


# ---- a batch
class Table:
    def __init__(self):
        self.entries = []

    def at(self, entry):
        if entry not in self.entries:
            self.entries.append(entry)
        return self.entries.index(entry)


def wrapped(now, before):  # the difference of two 64-bit numbers, as a signed one
    d = (now - before) % 2**64
    return z(d - 2**64 if d >= 2**63 else d)


def batch(runs, changes):
    authors, forms, records, items, programs, shapes, devices = (Table() for _ in range(7))
    author, form, record, shape, inc, seen, wall, program, count, item = ([] for _ in range(10))
    noted, notes, columns = [], [], {}
    last = (0, 0, 0)
    for i, c in enumerate(changes):
        author.append(n(authors.at(c["author"])))
        form.append(n(forms.at(s(c["form"][0]) + n(c["form"][1]) + n(c["form"][2]))))
        record.append(n(records.at(c["record"])))
        inc.append(n(c["seen"][0]))
        seen.append(wrapped(c["seen"][1], last[0]))
        wall.append(wrapped(c["wall"] % 2**64, last[1]))
        program.append(n(programs.at(n(c["run"]))))
        count.append(wrapped(c["count"], last[2]))
        last = (c["seen"][1], c["wall"] % 2**64, c["count"])
        cells = []
        for where, field, what in c["writes"]:
            cells.append(n(field * 2 + (where != NIL)))
            if where != NIL:
                item.append(n(items.at(where)))
            columns.setdefault(field, []).append(what)
        shape.append(n(shapes.at(many(cells))))
        if c["notes"]:
            noted += [n(i), n(len(c["notes"]))]
            notes += [cell(where, field) + s(text) for where, field, text in c["notes"]]
    run_bytes = n(len(runs))
    for r in runs:
        run_bytes += n(devices.at(r["device"])) + n(r["count"]) + n(r["branch"]) + n(r["height"])
        run_bytes += n(r["number"]) + r["prev"] + z(r["received"]) + z(r["offset"])
        run_bytes += yes(r["signature"]) + (r["signature"] or b"")
    out = n(1)
    for table in (devices, authors, forms, records, items, programs, shapes):
        out += many(table.entries)
    for column in (author, form, record, shape, inc, seen, wall, program, count, item, noted, notes):
        out += many(column)
    out += run_bytes + n(len(columns))
    for field in sorted(columns):
        values = columns[field]
        tags = [v[0] for v in values]
        out += n(field) + n(len(values))
        if len(set(tags)) == 1:
            out += n(tags[0])
        else:
            out += n(255) + b"".join(n(t) for t in tags)
        decimals = [v[1] for v in values if v[0] == DECIMAL]
        texts = [v[1].encode() for v in values if v[0] == TEXT]
        out += many([z(v[1]) for v in values if v[0] == INTEGER])
        out += many([n(d[1]) for d in decimals]) + many([z(d[0]) for d in decimals])
        out += many([n(len(t)) for t in texts]) + s(b"".join(texts))
    return out


def plain_frame(content):
    return b"\0" + content


def user(i, name, role, areas):
    return ident(i) + s(name) + n(role) + many([s(a) for a in areas])


# ---- the example of PROTOCOL.md: Lâm's laptop, then Hà's
LAM = dict(author=ident(0xA1), device=key(0x11), form=("coop", 1, 300), record=ident(0x42),
           writes=[(NIL, 18, (INTEGER, 52))], notes=[], seen=(0, 7), prev=NIL,
           wall=1790000000, run=1000, count=1)
HA = dict(author=ident(0xA2), device=key(0x22), form=("coop", 1, 300), record=ident(0x42),
          writes=[(NIL, 18, (INTEGER, 57))], notes=[], seen=(0, 7), prev=NIL,
          wall=1790000060, run=2000, count=1)
SECOND = dict(LAM, writes=[(NIL, 17, (TEXT, "HTX Ba Nang")), (NIL, 19, (DECIMAL, (945, 2))),
                           (ident(0x77), 21, (INTEGER, -350))],
              notes=[(NIL, 17, "đã hỏi xã")], prev=change_id(LAM), wall=1789999990, count=2)
THIRD = dict(LAM, record=ident(0x43), writes=[(NIL, 18, (EMPTY,))], prev=change_id(SECOND),
             seen=(0, 9), wall=1790000100, count=3)
BOSS = dict(author=ident(0xA0), device=key(0x33), form=("coop", 1, 300), record=ident(0x42),
            writes=[(NIL, 18, (INTEGER, 52))], notes=[(NIL, 18, "Đã đối chiếu sổ")], seen=(0, 9),
            prev=NIL, wall=1790003600, run=3000, count=1)
SIGNATURE = bytes([0x55]) * 64
LAM_RUN = dict(device=key(0x11), prev=NIL, count=1, branch=0, height=0, number=0, received=0,
               offset=0, signature=SIGNATURE)
LONG_RUN = dict(LAM_RUN, count=3, branch=4, height=1, number=8, received=1790000200, offset=-3)

one = batch([LAM_RUN], [LAM])
part = n(1) + n(2) + n(1) + n(8) + z(1790000200) + z(-3) + s(plain_frame(one))
feed = part + n(0) + s(plain_frame(one))
head = cell(NIL, 18) + value(INTEGER, 52) + n(2) + n(1) + n(8)
snapshot = (many([n(2) + n(0) + n(0) + key(0x11)]) +
            many([ident(0x42) + s("coop") + many([head]) + z(1790000000) + yes(False)]) + s(b""))
field = (n(18) + s("/members") + n(0) + yes(False) + n(1) + s("members") + n(1) + yes(False) +
         yes(False) + yes(True) + yes(False))
table = s("coop") + n(1) + many([field])
scope_before = many([s("19564")]) + n(77)
scope_passed = many([]) + n(2**32 - 1)
scope_after = many([s("19564"), s("*")]) + n(0)
area_standing = scope_before + many([scope_passed]) + scope_after + n(12)
directory = (n(3) + s("Liên minh") + many([user(0xA1, "Lâm", 0, ["19564", "*"])]) +
             many([key(0x11) + ident(0xA1) + s("DK-07") + yes(True)]) +
             many([s("coop") + n(1) + s(b"xlsx") + s(table)]) + many([scope_after]))
fork = n(77) + n(0) + n(6)
signed_fork = fork + SIGNATURE
old_numbers = key(0x11) + n(1) + n(2) + ident(0x44) + n(0) + n(7)
reply = (n(77) + many([signed_fork]) + many([old_numbers]) + n(2) + many([many([n(0) + n(1) + n(2) + n(1) + n(8) + s(""),
                                       n(1) + n(1) + n(2) + n(2) + n(0) + s("no")])]) +
         many([n(2) + n(1) + n(4) + key(0x11)]) + s(feed) + many([s("coop") + ident(0x43)]) +
         many([scope_before + scope_after + n(12) + n(0)]) + s(b"") + n(0) +
         n(0) + n(0) + n(9) +
         n(300) + yes(True) + directory + z(1790000200) + n(5) + SIGNATURE)

# A bundle's pieces before they are sealed, and files.
RECEIPT = n(2) + n(1) + n(1) + ident(0x44) + n(8) + s("")
bundled_request = (key(0x11) + ident(0xB1) + n(0) + n(1) + n(4) + s(b"request") + s(b"files") +
                   SIGNATURE)
bundled_reply = (key(0x11) + ident(0xB1) + n(0) + n(2) + n(0) + n(7) + n(0) + n(0) + s(b"areas") +
                 many([RECEIPT]) + s(b"reply") + s(b"") + SIGNATURE)
photo = hash256(b"abc")
offer = photo + n(3) + s("jpg")
file_part = offer + n(0) + s(b"abc")
standing = photo + yes(True) + yes(False) + n(0) + yes(False) + s("")
refused = key(0x77) + yes(False) + yes(False) + n(2) + yes(True) + s("no")
attachments = n(77) + many([standing, refused]) + many([file_part]) + many([key(0x78)]) + SIGNATURE

VECTORS = {
    "change": canonical(LAM),
    "change.id": change_id(LAM),
    "change.other_side": canonical(HA),
    "change.other_side.id": change_id(HA),
    "change.decision": canonical(BOSS),
    "change.decision.id": change_id(BOSS),
    "change.second": canonical(SECOND),
    "change.second.id": change_id(SECOND),
    "sealed": b"sotay chain 1" + change_id(LAM),
    "conflict.id": hashlib.blake2b(
        b"sotay conflict 1\0" + ident(0x42) + NIL + b"".join(sorted([change_id(LAM), change_id(HA)])),
        digest_size=32).digest()[:16],
    "batch": one,
    "batch.three": batch([LONG_RUN], [LAM, SECOND, THIRD]),
    "feed": feed,
    "snapshot": snapshot,
    "field_table": table,
    "enrol_request": n(1) + s("ABCD-EFGH") + key(0x11) + s("DK-07"),
    "enrol_reply": n(1) + s("token") + user(0xA1, "Lâm", 0, ["*"]) + s("Liên minh") + key(0x99),
    "sync_request": n(1) + n(0) + n(7) + many([n(9) + n(2)]) + n(3) + n(0) + n(0) + z(1790000100) +
                    many([s(plain_frame(one))]) + n(1) + many([area_standing]) + many([signed_fork]) + many([s(b"reply")]) +
                    many([many([n(0) + n(1) + n(0) + n(7)])]),
    "sync_reply": n(1) + reply,
    "sync_reply.signed": b"sotay reply 1" + hash256(reply[:-64]),
    "fork.signed": b"sotay fork 1" + fork,
    "history_request": n(1) + ident(0x42),
    "history_reply": n(1) + s(one) + many([n(2) + n(1) + n(3) + key(0x11)]) + n(7),
    "bundle": b"sotay bundle\n" + n(1) + n(0) + key(0x11) + key(0x99) + many([s(b"sealed"), s(b"")]),
    "bundled_request": bundled_request,
    "bundled_request.signed": b"sotay bundled request 1" + hash256(bundled_request[:-64]),
    "bundled_reply": bundled_reply,
    "bundled_reply.signed": b"sotay bundled reply 1" + hash256(bundled_reply[:-64]),
    "attachment_name": (photo.hex() + ".jpg").encode(),
    "attachment_request": n(1) + many([offer]) + many([file_part]) + many([photo]) + many([n(1)]),
    "attachment_reply": n(1) + attachments,
    "attachment_reply.signed": b"sotay attachments 1" + hash256(attachments[:-64]),
    "refusal": n(1) + n(5) + s("locked out"),
}

if __name__ == "__main__":
    for name, raw in VECTORS.items():
        print(name, raw.hex())
