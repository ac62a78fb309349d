#include "tests/bench/ledger_bench.h"

#include <random>

#include "tests/bench/province.h"

namespace sotay::bench {
namespace {

// A survey form of 100 questions, as forms of the field are: most answers are chosen from a few,
// then counts, amounts, dates, and some names; nothing repeats but by chance.
SyncWork hundredFields(std::size_t records) {
    std::mt19937 dice(7);
    auto upTo = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(dice); };
    static const char* kCommunes[] = {"Đakrông", "Hướng Hiệp", "Ba Nang", "Tà Long", "A Bung"};
    static const char* kChoices[] = {"co", "khong", "mot_phan", "khong_ro", "khac"};
    static const char* kNames[] = {"Hồ Văn Lâm", "Nguyễn Thị Hà", "Lê Quang Vinh", "Hồ Thị Mai"};
    SyncWork work;
    for (int i = 0; i < 100; ++i)
        work.fields.push_back({"q" + std::to_string(i), i < 55   ? "TEXT"
                                                        : i < 90 ? "INTEGER"
                                                                 : "REAL"});
    for (std::size_t r = 0; r < records; ++r) {
        auto& record = work.records.emplace_back();
        for (int i = 0; i < 100; ++i) {
            if (i == 0)
                record.push_back("HTX " + std::string(kCommunes[upTo(5)]) + " " +
                                 std::to_string(upTo(900)));
            else if (i < 3)
                record.push_back(kNames[upTo(4)]);
            else if (i < 6)
                record.push_back("2026-0" + std::to_string(1 + upTo(9)) + "-1" +
                                 std::to_string(upTo(10)));
            else if (i < 55)  // the usual answer, most of the time
                record.push_back(kChoices[upTo(10) < 7 ? i % 5 : upTo(5)]);
            else if (i < 80)
                record.push_back(upTo(10) < 6 ? "0" : std::to_string(upTo(60)));
            else if (i < 90)
                record.push_back(upTo(10) < 6 ? "0" : std::to_string(upTo(900)) + "000000");
            else
                record.push_back(upTo(10) < 6 ? "0"
                                              : std::to_string(upTo(40)) + "." +
                                                    std::to_string(1 + upTo(9)));
        }
    }
    return work;
}

class Ledger {
  public:
    explicit Ledger(Figures& figures) : figures_(figures) {}
    // Syncs, and puts down what that took, for each of `count` changes.
    Status add(const std::string& name, double count, const char* unit, const std::string& goal,
               Province& province, Notebook& notebook) {
        auto channel = province.open();
        if (!channel.ok()) return channel.error();
        Counted counted(**channel);
        auto synced = syncNotebook(notebook, counted);
        if (!synced.ok()) return synced.error();
        const auto& progress = synced->progress;
        figures_.add("bytes_" + name + "_payload", counted.sent / count, unit, goal);
        figures_.add(
            "bytes_" + name + "_total",
            static_cast<double>(progress.bytesSent + progress.bytesReceived) / count, unit,
            "with headers, both ways, in " + std::to_string(progress.roundTrips) + " requests");
        return {};
    }

  private:
    class Counted : public Channel {
      public:
        explicit Counted(Channel& channel) : channel_(channel) {}
        Result<Exchange> post(const std::string& path, const std::string& token,
                              std::string_view body) override {
            sent += static_cast<double>(body.size());
            return channel_.post(path, token, body);
        }
        double sent = 0;

      private:
        Channel& channel_;
    };
    Figures& figures_;
};

}  // namespace

Status measureBytes(const SyncWork& work, Figures& figures) {
    Ledger ledger(figures);
    auto province = Province::start(work);
    if (!province.ok()) return province.error();
    auto notebook = (*province)->synced("ledger");
    if (!notebook.ok()) return notebook.error();
    auto ids = saveRecords(**notebook, work, 0, work.records.size());
    if (!ids.ok()) return ids.error();
    if (auto synced = (*province)->sync(**notebook); !synced.ok()) return synced.error();

    const auto& edits = work.edits.front();
    std::size_t at = 0;
    auto session = [&](std::size_t count, const std::string& name,
                       const std::string& goal) -> Status {
        for (std::size_t i = 0; i < count; ++i, ++at) {
            const WorkEdit& edit = edits[at % edits.size()];
            auto done = oneEdit(**notebook, work, (*ids)[edit.record], edit.field, edit.value);
            if (!done.ok()) return done;
        }
        return ledger.add(name, static_cast<double>(count), "bytes/edit", goal, **province,
                          **notebook);
    };
    if (auto done = session(1, "edit", "goal 110"); !done.ok()) return done;
    if (auto done = session(50, "session_50", "goal 14"); !done.ok()) return done;
    if (auto done = session(1000, "session_1000", "goal 8"); !done.ok()) return done;
    if (auto done =
            ledger.add("nothing_new", 1, "bytes", "goal 600 in all", **province, **notebook);
        !done.ok())
        return done;

    const SyncWork wide = hundredFields(1000);
    auto other = Province::start(wide);
    if (!other.ok()) return other.error();
    auto creator = (*other)->synced("creator");
    if (!creator.ok()) return creator.error();
    if (auto saved = saveRecords(**creator, wide, 0, 1000); !saved.ok()) return saved.error();
    return ledger.add("new_100_fields", 1000, "bytes/record", "goal 150", **other, **creator);
}

}  // namespace sotay::bench
