#include "tests/bench/scale_bench.h"

#include <algorithm>
#include <fstream>

#include "tests/bench/plain.h"
#include "tests/bench/province.h"

namespace sotay::bench {
namespace {

constexpr std::size_t kManyRecords = 100'000;
constexpr std::uint64_t kFewRecords = 10'000;
// Wherever SQLite's cache of pages, 16 MB, is full: memory that is flat does not grow from here on.
constexpr std::uint64_t kCacheIsFull = 30'000;

// The most memory that this process held since the last `forget`, in MiB. Of Linux; 0 elsewhere.
class Memory {
  public:
    static void forget() { std::ofstream("/proc/self/clear_refs") << "5"; }
    static double now() { return field("VmRSS:"); }
    static double peak() { return field("VmHWM:"); }

  private:
    static double field(const std::string& name) {
        std::ifstream status("/proc/self/status");
        for (std::string word; status >> word;)
            if (word == name) {
                double kib = 0;
                status >> kib;
                return kib / 1024;
            }
        return 0;
    }
};

// A laptop that syncs step by step: what applying takes is told apart from what the way there
// takes, and an answer can be lost on its way.
class Steps {
  public:
    Steps(Notebook& notebook, Channel& channel) : notebook_(notebook), channel_(channel) {}
    // To the end, or until the answer number `lost` (from 1) did not arrive.
    Status run(std::size_t lost = 0) {
        for (bool more = true; more;) {
            auto request = notebook_.nextRequest();
            if (!request.ok()) return request.error();
            auto answer =
                channel_.post("/v1/sync", notebook_.identity().token, encodeMessage(*request));
            if (!answer.ok()) return answer.error();
            if (answer->status != 200) return Error{Code::Rejected, "The server refused."};
            last = static_cast<double>(answer->bytesSent + answer->bytesReceived);
            bytes += last;
            largest = std::max(largest, last);
            if (++answers == lost) return {};
            Result<Notebook::Received> received = Error{};
            applying += seconds([&] { received = notebook_.receive(*request, answer->body); });
            if (!received.ok()) return received.error();
            more = received->hasMore || notebook_.unsentChanges() > 0;
            if (received->cursor <= kFewRecords) peakOfFew = Memory::peak();
            if (received->cursor <= kCacheIsFull) peakAtFirst = Memory::peak();
        }
        return {};
    }
    std::size_t answers = 0;
    double bytes = 0, last = 0, largest = 0, applying = 0;
    double peakOfFew = 0, peakAtFirst = 0;  // of memory, in MiB

  private:
    Notebook& notebook_;
    Channel& channel_;
};

std::string times(double mine, double plain, const std::string& words) {
    char text[96];
    std::snprintf(text, sizeof text, "%.2f x %s", mine / plain, words.c_str());
    return text;
}

struct FirstSync {
    double seconds = 0, applying = 0, bytes = 0;
    double memory = 0, memoryOfFew = 0, memoryAtFirst = 0;
};

Result<FirstSync> firstSync(Province& province, const std::string& name) {
    auto notebook = province.notebook(name);
    if (!notebook.ok()) return notebook.error();
    auto channel = province.open();
    if (!channel.ok()) return channel.error();
    Steps steps(**notebook, **channel);
    FirstSync first;
    const double before = Memory::now();
    Memory::forget();
    Status done;
    first.seconds = seconds([&] { done = steps.run(); });
    if (!done.ok()) return done.error();
    first.memory = Memory::peak() - before;
    first.memoryOfFew = steps.peakOfFew - before;
    first.memoryAtFirst = steps.peakAtFirst - before;
    first.applying = steps.applying;
    first.bytes = steps.bytes;
    return first;
}

// A notebook loses each of its answers once, in turn, and a second one none: what was sent twice?
Status measureInterruption(Province& province, Figures& figures) {
    auto channel = province.open();
    if (!channel.ok()) return channel.error();
    double most = 0;
    for (std::size_t lost = 2; lost <= 4; ++lost) {
        auto notebook = province.notebook("cut" + std::to_string(lost));
        if (!notebook.ok()) return notebook.error();
        Steps steps(**notebook, **channel);
        if (auto done = steps.run(lost); !done.ok()) return done;
        most = std::max(most, steps.last);
        if (auto done = steps.run(); !done.ok()) return done;
    }
    figures.add("interruption_resends_bytes", most, "bytes",
                "with headers; goal 262,144 and headers");
    return {};
}

Status measureManyRecords(const SyncWork& work, Figures& figures) {
    TemporaryFolder plain;
    const std::size_t few = work.records.size();
    auto large = Province::start(work);
    if (!large.ok()) return large.error();
    auto many = (*large)->synced("many");
    if (!many.ok()) return many.error();
    for (std::size_t at = 0; at < kManyRecords; at += few) {
        auto saved = saveRecords(**many, work, at, std::min(few, kManyRecords - at));
        if (!saved.ok()) return saved.error();
        if (auto synced = (*large)->sync(**many); !synced.ok()) return synced.error();
    }
    double insert = plainWide(work, plain / "many.db", kManyRecords);
    auto whole = firstSync(**large, "whole");
    if (!whole.ok()) return whole.error();
    insert = (insert + plainWide(work, plain / "many.db", kManyRecords)) / 2;
    const auto records = static_cast<double>(kManyRecords);
    figures.add("first_sync_100k_s", whole->seconds, "s",
                times(whole->seconds, insert, "the time of plain INSERT; goal 1.5"));
    figures.add("first_sync_100k_bytes_per_record", whole->bytes / records, "bytes",
                "with headers, both ways; goal 180");
    figures.add("first_sync_10k_memory_mib", whole->memoryOfFew, "MiB",
                "server and notebook together, when the first 10,000 of 100,000 were there");
    figures.add("first_sync_30k_memory_mib", whole->memoryAtFirst, "MiB",
                "when the first 30,000 were there and SQLite's cache was full");
    figures.add("first_sync_100k_memory_mib", whole->memory, "MiB", "flat when it is no more");
    return measureInterruption(**large, figures);
}

// New records and edits as they are applied, between two runs of the same by plain SQLite.
Status measureApplying(const SyncWork& work, Figures& figures) {
    TemporaryFolder plain;
    auto province = Province::start(work);
    if (!province.ok()) return province.error();
    auto creator = (*province)->synced("creator");
    if (!creator.ok()) return creator.error();
    auto editor = (*province)->synced("editor");
    if (!editor.ok()) return editor.error();
    const std::size_t few = work.records.size();
    auto ids = saveRecords(**creator, work, 0, few);
    if (!ids.ok()) return ids.error();
    if (auto synced = (*province)->sync(**creator); !synced.ok()) return synced.error();

    double insert = plainWide(work, plain / "wide.db", few);
    auto small = firstSync(**province, "small");
    if (!small.ok()) return small.error();
    insert = (insert + plainWide(work, plain / "wide.db", few)) / 2;
    figures.add("apply_new_records_per_s", static_cast<double>(few) / small->applying, "records/s",
                times(small->applying, insert, "the time of plain INSERT; goal 1.5"));
    if (auto synced = (*province)->sync(**editor); !synced.ok()) return synced.error();
    SyncWork onePerson = work;
    onePerson.edits.assign(1, {});
    for (const auto& laptop : work.edits)
        onePerson.edits[0].insert(onePerson.edits[0].end(), laptop.begin(), laptop.end());
    std::size_t edits = 0;
    for (const WorkEdit& edit : onePerson.edits[0]) {
        auto done = oneEdit(**editor, work, (*ids)[edit.record], edit.field, edit.value);
        if (!done.ok()) return done;
        ++edits;
    }
    if (auto synced = (*province)->sync(**editor); !synced.ok()) return synced.error();
    double update = plainUpdates(onePerson, plain / "updates.db");
    auto channel = (*province)->open();
    if (!channel.ok()) return channel.error();
    Steps others(**creator, **channel);
    if (auto done = others.run(); !done.ok()) return done;
    update = (update + plainUpdates(onePerson, plain / "updates.db")) / 2;
    figures.add("apply_edits_per_s", static_cast<double>(edits) / others.applying, "edits/s",
                times(others.applying, update, "the time of plain UPDATE; goal 1.4"));
    return {};
}

}  // namespace

Status measureFirstSync(const SyncWork& work, Figures& figures) {
    // First, while nothing that was let go before is there to be used again unseen.
    if (auto done = measureManyRecords(work, figures); !done.ok()) return done;
    return measureApplying(work, figures);
}

Status measureConflicts(const SyncWork& work, Figures& figures) {
    auto province = Province::start(work);
    if (!province.ok()) return province.error();
    auto one = (*province)->synced("one");
    if (!one.ok()) return one.error();
    auto other = (*province)->synced("other");
    if (!other.ok()) return other.error();
    auto ids = saveRecords(**one, work, 0, work.records.size());
    if (!ids.ok()) return ids.error();
    for (auto* notebook : {&*one, &*other})
        if (auto synced = (*province)->sync(**notebook); !synced.ok()) return synced.error();
    for (std::size_t i = 0; i < ids->size(); ++i) {
        auto done = oneEdit(**one, work, (*ids)[i], 1, "one " + std::to_string(i));
        if (!done.ok()) return done;
        done = oneEdit(**other, work, (*ids)[i], 1, "other " + std::to_string(i));
        if (!done.ok()) return done;
    }
    if (auto synced = (*province)->sync(**one); !synced.ok()) return synced.error();
    if (auto synced = (*province)->sync(**other); !synced.ok()) return synced.error();
    Status failed;
    double came = seconds([&] {
        if (auto synced = (*province)->sync(**one); !synced.ok()) failed = synced.error();
    });
    if (!failed.ok()) return failed;
    figures.add("conflicts_10k_arrive_s", came, "s", "10,000 edits that each open a conflict");
    Result<std::vector<Conflict>> all = Error{};
    double listed = seconds([&] { all = (*one)->conflicts(); });
    if (!all.ok()) return all.error();
    figures.add("conflicts_10k_list_s", listed, "s", std::to_string(all->size()) + " conflicts");
    ListQuery query;
    query.formId = "bench";
    query.onlyConflicts = true;
    Result<ListPage> page = Error{};
    double paged = seconds([&] { page = (*one)->list(query); });
    if (!page.ok()) return page.error();
    figures.add("conflicts_10k_page_ms", paged * 1000, "ms",
                "the record list of " + std::to_string(page->total) + " in conflict");
    std::vector<double> opening, deciding;
    for (std::size_t i = 0; i < std::min<std::size_t>(200, all->size()); ++i) {
        const Conflict& conflict = (*all)[i * 37 % all->size()];
        opening.push_back(seconds([&] {
            if (auto found = (*one)->conflictsOf(conflict.record); !found.ok() || found->empty())
                failed = Error{Code::Corrupt, "A conflict that is listed cannot be opened."};
        }));
        Decision decision;
        decision.change = conflict.fields.at(0).heads.at(0).origin.change;
        decision.reason = "seen on site";
        deciding.push_back(seconds([&] {
            if (auto done = (*one)->resolve(conflict.id, decision); !done.ok())
                failed = done.error();
        }));
        if (!failed.ok()) return failed;
    }
    figures.add("conflicts_10k_open_ms", median(opening) * 1000, "ms");
    figures.add("conflicts_10k_decide_ms", median(deciding) * 1000, "ms", "on disk");
    double sent = seconds([&] {
        if (auto synced = (*province)->sync(**one); !synced.ok()) failed = synced.error();
    });
    figures.add("conflicts_10k_sync_s", sent, "s", "of 200 decisions");
    // A new laptop starts with a snapshot here: the log is three times the records.
    auto late = (*province)->notebook("late");
    if (!late.ok()) return late.error();
    SyncProgress progress;
    double began = seconds([&] {
        auto synced = (*province)->sync(**late);
        if (synced.ok())
            progress = synced->progress;
        else
            failed = synced.error();
    });
    figures.add("conflicts_10k_first_sync_s", began, "s", "by snapshot, all in conflict");
    figures.add("conflicts_10k_first_sync_bytes_per_record",
                static_cast<double>(progress.bytesSent + progress.bytesReceived) /
                    static_cast<double>(ids->size()),
                "bytes");
    return failed;
}

}  // namespace sotay::bench
