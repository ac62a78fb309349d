#include "tests/bench/sync_bench.h"

#include <set>

#include "tests/bench/plain.h"
#include "tests/bench/province.h"
#include "tests/support/temporary_folder.h"

namespace sotay::bench {
namespace {

struct Run {
    std::vector<double> create, push, pull, exchange, latency;
    std::vector<double> wide, ops, updates;
    double pushBytes = 0, pullBytes = 0, payload = 0, total = 0, requests = 0;
    double notebookBytes = 0, notebookAfter = 0, serverAfter = 0;
    double conflictsTrue = 0, conflictsFalse = 0, lost = 0;
    bool same = true;
};

// W3's last look: each edit is a current value, in a conflict, or nowhere.
Status findEdits(Notebook& notebook, const SyncWork& work, const std::vector<Id>& ids, Run& run) {
    std::set<std::pair<std::size_t, std::size_t>> truth(work.conflicts.begin(),
                                                        work.conflicts.end());
    std::map<Id, std::size_t> recordOf;
    for (std::size_t i = 0; i < ids.size(); ++i) recordOf[ids[i]] = i;
    std::map<std::string, std::size_t> fieldOf;
    for (std::size_t i = 0; i < work.fields.size(); ++i) fieldOf["/" + work.fields[i].name] = i;
    std::map<std::pair<std::size_t, std::size_t>, std::set<std::string>> disputed;
    auto conflicts = notebook.conflicts();
    if (!conflicts.ok()) return conflicts.error();
    run.conflictsTrue = run.conflictsFalse = run.lost = 0;
    for (const Conflict& conflict : *conflicts)
        for (const ConflictField& field : conflict.fields) {
            auto cell = std::make_pair(recordOf[conflict.record], fieldOf[field.path]);
            (truth.contains(cell) ? run.conflictsTrue : run.conflictsFalse) += 1;
            for (const ConflictHead& head : field.heads)
                disputed[cell].insert(head.value.toString());
        }
    for (const auto& laptop : work.edits)
        for (const WorkEdit& edit : laptop) {
            auto value = parseValue(work.type(edit.field), edit.value);
            if (!value.ok()) return value.error();
            auto cell = disputed.find({edit.record, edit.field});
            if (cell != disputed.end() && cell->second.contains(value->toString())) continue;
            auto opened = notebook.openRecord(ids[edit.record]);
            if (!opened.ok()) return opened.error();
            auto now = opened->answers.values.find({"/" + work.fields[edit.field].name, {}});
            if (now == opened->answers.values.end() || now->second != *value) run.lost += 1;
        }
    return {};
}

Status measureOnce(const SyncWork& work, Run& run) {
    TemporaryFolder plain;
    run.wide.push_back(plainWide(work, plain / "wide.db", work.records.size()));
    run.ops.push_back(plainOps(work, plain / "ops.db"));
    run.updates.push_back(plainUpdates(work, plain / "updates.db"));

    auto province = Province::start(work);
    if (!province.ok()) return province.error();
    auto first = (*province)->notebook("first");
    if (!first.ok()) return first.error();
    if (auto synced = (*province)->sync(**first); !synced.ok()) return synced.error();

    std::vector<Answers> all;
    for (std::size_t i = 0; i < work.records.size(); ++i) all.push_back(work.answers(i));
    std::vector<Id> ids;
    Status failed;
    run.create.push_back(seconds([&] {
        for (std::size_t at = 0; at < all.size(); at += 500) {
            auto saved = (*first)->saveNew(
                "bench", std::span(all).subspan(at, std::min<std::size_t>(500, all.size() - at)));
            if (!saved.ok()) {
                failed = saved.error();
                return;
            }
            ids.insert(ids.end(), saved->begin(), saved->end());
        }
    }));
    if (!failed.ok()) return failed;
    auto sync = [&](Notebook& notebook, std::vector<double>& into) -> Result<SyncOutcome> {
        Result<SyncOutcome> outcome = Error{};
        into.push_back(seconds([&] { outcome = (*province)->sync(notebook); }));
        return outcome;
    };
    auto pushed = sync(**first, run.push);
    if (!pushed.ok()) return pushed.error();
    run.pushBytes =
        static_cast<double>(pushed->progress.bytesSent + pushed->progress.bytesReceived);
    run.notebookBytes = static_cast<double>((*province)->bytes("first"));

    std::vector<std::unique_ptr<Notebook>> laptops;
    for (std::size_t i = 0; i < work.edits.size(); ++i) {
        auto laptop = (*province)->notebook("laptop" + std::to_string(i));
        if (!laptop.ok()) return laptop.error();
        auto pulled = sync(**laptop, run.pull);  // each from nothing
        if (!pulled.ok()) return pulled.error();
        run.pullBytes =
            static_cast<double>(pulled->progress.bytesSent + pulled->progress.bytesReceived);
        laptops.push_back(std::move(*laptop));
    }
    for (std::size_t i = 0; i < laptops.size(); ++i)
        for (const WorkEdit& edit : work.edits[i])
            if (auto done = oneEdit(*laptops[i], work, ids[edit.record], edit.field, edit.value);
                !done.ok())
                return done;
    run.exchange.push_back(seconds([&] {
        for (int round = 0; round < 2; ++round)
            for (auto& laptop : laptops)
                if (auto synced = (*province)->sync(*laptop); !synced.ok()) failed = synced.error();
    }));
    if (!failed.ok()) return failed;
    std::string hash = (*province)->stateHash();
    for (auto& laptop : laptops) {
        auto mine = laptop->stateHash();
        run.same &= mine.ok() && *mine == hash;
    }
    if (auto found = findEdits(*laptops.back(), work, ids, run); !found.ok()) return found;
    run.notebookAfter = static_cast<double>((*province)->bytes("laptop0"));
    run.serverAfter = static_cast<double>((*province)->bytes("server"));

    for (int i = 0; i < 21; ++i) {
        if (auto done = oneEdit(*laptops[0], work, ids[0], 1, "w4 " + std::to_string(i));
            !done.ok())
            return done;
        auto request = laptops[0]->nextRequest();
        if (!request.ok()) return request.error();
        run.payload = static_cast<double>(encodeMessage(*request).size());
        auto synced = sync(*laptops[0], run.latency);
        if (!synced.ok()) return synced.error();
        run.total =
            static_cast<double>(synced->progress.bytesSent + synced->progress.bytesReceived);
        run.requests = synced->progress.roundTrips;
    }
    run.wide.push_back(plainWide(work, plain / "wide.db", work.records.size()));
    run.ops.push_back(plainOps(work, plain / "ops.db"));
    run.updates.push_back(plainUpdates(work, plain / "updates.db"));
    return {};
}

}  // namespace

Status measureSync(const SyncWork& work, int runs, Figures& figures) {
    Run run;
    for (int i = 0; i < runs; ++i) {
        std::fprintf(stderr, "run %d of %d\n", i + 1, runs);
        if (auto done = measureOnce(work, run); !done.ok()) return done;
    }
    auto records = static_cast<double>(work.records.size());
    double edits = 0;
    for (const auto& laptop : work.edits) edits += static_cast<double>(laptop.size());
    double create = median(run.create), push = median(run.push), pull = median(run.pull),
           exchange = median(run.exchange);
    double wide = records / median(run.wide), ops = records / median(run.ops),
           updates = edits / median(run.updates);
    char ratio[64];
    auto against = [&](double mine, double plain, const char* name) {
        std::snprintf(ratio, sizeof ratio, "%.2f x %s", mine / plain, name);
        return std::string(ratio);
    };
    figures.add("r_wide_records_per_s", wide, "records/s", "plain SQLite, one typed row a record");
    figures.add("r_op_records_per_s", ops, "records/s", "plain SQLite, one row a field");
    figures.add("r_upd_edits_per_s", updates, "edits/s", "plain SQLite, UPDATEs");
    figures.add("w1_create_s", create, "s");
    figures.add("w1_push_s", push, "s");
    figures.add("w1_records_per_s", records / (create + push), "records/s",
                against(records / (create + push), ops, "R-op, created and pushed"));
    figures.add("w1_create_records_per_s", records / create, "records/s",
                against(records / create, wide, "R-wide"));
    figures.add("w1_push_records_per_s", records / push, "records/s",
                against(records / push, ops, "R-op"));
    figures.add("w1_wire_bytes_per_record", run.pushBytes / records, "bytes");
    figures.add("w2_records_per_s", records / pull, "records/s",
                against(records / pull, ops, "R-op"));
    figures.add("w2_wire_bytes_per_record", run.pullBytes / records, "bytes",
                against(records / pull, wide, "R-wide, as speed"));
    figures.add("w3_edits_per_s", edits / exchange, "edits/s",
                against(edits / exchange, updates, "R-upd"));
    figures.add("w3_conflicts_true", run.conflictsTrue, "conflicts",
                "of " + std::to_string(work.conflicts.size()));
    figures.add("w3_conflicts_false", run.conflictsFalse, "conflicts");
    figures.add("w3_edits_lost_silently", run.lost, "edits",
                run.same ? "all notebooks and the server hold the same" : "THE NOTEBOOKS DIFFER");
    figures.add("w4_payload_bytes", run.payload, "bytes");
    figures.add("w4_bytes", run.total, "bytes", "with HTTP headers, both ways");
    figures.add("w4_requests", run.requests, "requests");
    figures.add("w4_latency_ms", median(run.latency) * 1000, "ms");
    figures.add("w5_bytes_per_record_after_w1", run.notebookBytes / records, "bytes");
    figures.add("w5_bytes_per_record_after_w3", run.notebookAfter / records, "bytes");
    figures.add("w5_server_bytes_per_record_after_w3", run.serverAfter / records, "bytes");
    if (!run.same || run.lost > 0)
        return Error{Code::Corrupt, "The notebooks do not hold what was typed."};
    return {};
}

}  // namespace sotay::bench
