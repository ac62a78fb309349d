#include "tests/simulation/model.h"

#include <algorithm>

#include "sync/merge.h"
#include "tests/simulation/dice.h"

namespace sotay::sim {
namespace {

struct Server {
    std::vector<int> log;
    ModelNumbers numbers;
    std::uint32_t incarnation = 0;
    std::map<std::uint32_t, std::uint64_t> forks;

    bool has(int change) const { return std::find(log.begin(), log.end(), change) != log.end(); }
    void accept(int change, const std::set<Seen>& known) {
        numbers[change].insert(known.begin(), known.end());
        if (has(change)) return;
        log.push_back(change);
        numbers[change].insert({incarnation, log.size()});
    }
    void restore(std::size_t length) {
        for (std::size_t i = length; i < log.size(); ++i) numbers.erase(log[i]);
        log.resize(length);
        forks[++incarnation] = length;
        for (std::size_t i = 0; i < length; ++i) numbers[log[i]].insert({incarnation, i + 1});
    }
};

struct Laptop {
    Seen cursor;
    std::vector<int> applied, unsent, own;
    int last = -1;
    ModelNumbers numbers;
    std::map<int, Seen> open;

    std::vector<int> known() const {
        std::vector<int> all = applied;
        for (int change : unsent)
            if (std::find(all.begin(), all.end(), change) == all.end()) all.push_back(change);
        return all;
    }
    void sync(Server& server, bool isReplyLost, std::size_t cutAfter) {
        bool isNewLog = cursor.incarnation != server.incarnation;
        std::size_t backTo = cursor.number;
        if (isNewLog) {
            for (const auto& [incarnation, top] : server.forks)
                if (incarnation > cursor.incarnation) backTo = std::min<std::size_t>(backTo, top);
            for (std::size_t i = backTo; i < applied.size(); ++i)
                server.accept(applied[i], numbers[applied[i]]);
            for (int change : own) server.accept(change, numbers[change]);
            for (int change : known())
                if (server.has(change))
                    server.numbers[change].insert(numbers[change].begin(), numbers[change].end());
        }
        for (std::size_t sent = 0; sent < unsent.size(); ++sent) {
            if (sent == cutAfter) return;
            server.accept(unsent[sent], numbers[unsent[sent]]);
        }
        if (isReplyLost) return;
        if (isNewLog) applied.resize(std::min(applied.size(), backTo));
        for (std::size_t i = isNewLog ? backTo : cursor.number; i < server.log.size(); ++i)
            applied.push_back(server.log[i]);
        cursor = {server.incarnation, server.log.size()};
        for (int change : applied) numbers[change] = server.numbers[change];
        std::erase_if(unsent, [&](int change) { return server.has(change); });
    }
};

bool holds(const std::set<Seen>& numbers, Seen seen,
           const std::map<std::uint32_t, std::uint64_t>& forks) {
    for (const Seen& its : numbers) {
        if (its.incarnation <= seen.incarnation) {
            std::uint64_t top = seen.number;
            for (std::uint32_t j = seen.incarnation; j > its.incarnation; --j)
                top = std::min(top, forks.at(j));
            if (its.number <= top) return true;
        } else {
            bool inherited = its.number <= seen.number;
            for (std::uint32_t j = seen.incarnation + 1; j <= its.incarnation; ++j)
                inherited &= its.number <= forks.at(j);
            if (inherited) return true;
        }
    }
    return false;
}

}  // namespace

ModelRun playModel(std::uint64_t seed) {
    Dice dice(seed);
    ModelRun run;
    Server server;
    std::vector<Laptop> laptops(3);
    std::vector<std::pair<std::size_t, Laptop>> images;
    std::vector<std::size_t> backups;
    for (int step = 0; step < 40; ++step) {
        std::size_t which = dice.below(static_cast<std::uint32_t>(laptops.size()));
        int record = static_cast<int>(dice.below(kModelRecords));
        std::uint32_t what = dice.below(100);
        Laptop& laptop = laptops[which];
        if (what < 30) {
            laptop.open.try_emplace(record, laptop.cursor);
        } else if (what < 62) {
            auto opened = laptop.open.find(record);
            if (opened == laptop.open.end()) continue;
            ModelChange change{record, {}, opened->second, laptop.last};
            laptop.open.erase(opened);
            for (std::uint32_t n = 1 + dice.below(3) / 2; change.fields.size() < n;)
                change.fields.insert(static_cast<int>(dice.below(kModelFields)));
            laptop.last = static_cast<int>(run.changes.size());
            run.changes.push_back(change);
            laptop.unsent.push_back(laptop.last);
            laptop.own.push_back(laptop.last);
        } else if (what < 85) {
            std::uint32_t how = dice.below(100);
            laptop.sync(server, how >= 70 && how < 85, how >= 85 ? dice.below(3) : SIZE_MAX);
        } else if (what < 89) {
            images.emplace_back(which, laptop);
            images.back().second.open.clear();
        } else if (what < 92 && !images.empty()) {
            const auto& [place, image] =
                images[dice.below(static_cast<std::uint32_t>(images.size()))];
            laptops[place] = image;
        } else if (what < 95 && laptops.size() < 6) {
            Laptop copy = laptop;
            copy.open.clear();
            laptops.push_back(std::move(copy));
        } else if (what < 98) {
            backups.push_back(server.log.size());
        } else if (!backups.empty()) {
            std::size_t length = std::min(
                backups[dice.below(static_cast<std::uint32_t>(backups.size()))], server.log.size());
            server.restore(length);
            std::erase_if(backups, [&](std::size_t backup) { return backup > length; });
        }
    }
    for (const Laptop& laptop : laptops) run.replicas.push_back({laptop.known(), laptop.numbers});
    for (int round = 0; round < 5; ++round)
        for (Laptop& laptop : laptops) laptop.sync(server, false, SIZE_MAX);
    run.forks = server.forks;
    run.replicas.insert(run.replicas.begin(), {server.log, server.numbers});
    for (const Laptop& laptop : laptops) run.replicas.push_back({laptop.known(), laptop.numbers});
    return run;
}

std::set<int> modelHeads(const ModelRun& run, const ModelReplica& replica, int record, int field) {
    auto inPast = [&](int x, int y) {
        auto numbers = replica.numbers.find(x);
        if (numbers != replica.numbers.end() &&
            holds(numbers->second, run.changes[static_cast<std::size_t>(y)].seen, run.forks))
            return true;
        for (int z = run.changes[static_cast<std::size_t>(y)].prev; z >= 0;
             z = run.changes[static_cast<std::size_t>(z)].prev)
            if (z == x) return true;
        return false;
    };
    std::vector<int> writers;
    for (int change : replica.known) {
        const ModelChange& each = run.changes[static_cast<std::size_t>(change)];
        if (each.record == record && each.fields.contains(field)) writers.push_back(change);
    }
    std::set<int> heads;
    for (int x : writers)
        if (std::none_of(writers.begin(), writers.end(),
                         [&](int y) { return y != x && inPast(x, y); }))
            heads.insert(x);
    return heads;
}

std::set<int> engineHeads(const ModelRun& run, const ModelReplica& replica, int record, int field) {
    Causality causality;
    std::vector<ChangeRef> refs;
    std::vector<std::uint32_t> tips{0};
    for (const ModelChange& change : run.changes) {
        ChangeRef parent;
        if (change.prev >= 0) parent = refs[static_cast<std::size_t>(change.prev)];
        ChangeRef ref{parent.branch, parent.height + 1};
        if (parent.height == 0 || tips[parent.branch] != parent.height) {
            ref.branch = static_cast<std::uint32_t>(tips.size());
            tips.push_back(0);
            causality.addBranch(ref.branch, parent);
        }
        tips[ref.branch] = ref.height;
        refs.push_back(ref);
    }
    for (const auto& [incarnation, top] : run.forks)
        causality.fork({incarnation, incarnation - 1, top});
    for (const auto& [change, numbers] : replica.numbers)
        for (const Seen& number : numbers)
            causality.place(refs[static_cast<std::size_t>(change)], 1, number.incarnation,
                            number.number);
    std::vector<Change> changes;
    std::vector<Applied> applied;
    changes.reserve(replica.known.size());
    for (int number : replica.known) {
        const ModelChange& each = run.changes[static_cast<std::size_t>(number)];
        if (each.record != record) continue;
        Change& change = changes.emplace_back();
        change.seen = each.seen;
        for (int one : each.fields)
            change.writes.push_back(
                {{Id{}, kFirstField + static_cast<Ordinal>(one)}, Value::integer(number)});
        applied.push_back({refs[static_cast<std::size_t>(number)], &change});
    }
    std::set<int> found;
    RecordHeads heads = headsOf(applied, causality);
    for (const Head& head : heads[{Id{}, kFirstField + static_cast<Ordinal>(field)}])
        found.insert(static_cast<int>(*head.value.asInteger()));
    return found;
}

}  // namespace sotay::sim
