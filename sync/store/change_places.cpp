#include <algorithm>

#include "sync/store/change_store.h"

// Which numbers the log gave to which changes, in each of its incarnations.

namespace sotay {

void ChangeStore::readLastNumber() {
    auto& last =
        database_.statement("SELECT max(first_number+count-1) FROM places WHERE incarnation=?");
    last.bind(1, incarnation());
    lastNumber_ = last.executeStep() ? static_cast<std::uint64_t>(last.getColumn(0).getInt64()) : 0;
    last.reset();
    if (const LogFork* fork = causality_.forkOf(incarnation()))
        lastNumber_ = std::max(lastNumber_, fork->top);
}

void ChangeStore::place(ChangeRef first, std::uint32_t count, std::uint64_t number,
                        std::uint32_t incarnation) {
    // An inherited number is that of the incarnation which gave it.
    while (const LogFork* fork = causality_.forkOf(incarnation)) {
        if (number > fork->top) break;
        if (number + count - 1 > fork->top) {
            auto below = static_cast<std::uint32_t>(fork->top - number + 1);
            place({first.branch, first.height + below}, count - below, fork->top + 1, incarnation);
            count = below;
        }
        incarnation = fork->parent;
    }
    if (causality_.isPlaced(first, count, incarnation, number)) return;
    bool goesOn = pending_.count > 0 && pending_.incarnation == incarnation &&
                  pending_.first.branch == first.branch &&
                  pending_.first.height + pending_.count == first.height &&
                  pending_.number + pending_.count == number;
    if (goesOn) {
        pending_.count += count;
    } else {
        flushPlaces();
        pending_ = {first, count, incarnation, number};
    }
    causality_.place(first, count, incarnation, number);
    if (causality_.inherits(incarnation, number + count - 1))
        lastNumber_ = std::max(lastNumber_, number + count - 1);
}

void ChangeStore::flushPlaces() {
    if (pending_.count == 0) return;
    // A run that goes on where the last one ended is one run: the table grows with handovers, not
    // with changes.
    auto& join = database_.statement(
        "UPDATE places SET count=count+?1 WHERE incarnation=?2 AND branch=?3 AND first_number="
        "(SELECT max(first_number) FROM places WHERE incarnation=?2 AND first_number<?4)"
        " AND first_number+count=?4 AND first_height+count=?5");
    join.bind(1, pending_.count);
    join.bind(2, pending_.incarnation);
    join.bind(3, pending_.first.branch);
    join.bind(4, static_cast<std::int64_t>(pending_.number));
    join.bind(5, pending_.first.height);
    if (join.exec() == 0) {
        auto& insert = database_.statement(
            "INSERT INTO places(incarnation,first_number,count,branch,first_height) "
            "VALUES(?,?,?,?,?) ON CONFLICT DO UPDATE SET count=max(count,excluded.count)");
        insert.bind(1, pending_.incarnation);
        insert.bind(2, static_cast<std::int64_t>(pending_.number));
        insert.bind(3, pending_.count);
        insert.bind(4, pending_.first.branch);
        insert.bind(5, pending_.first.height);
        insert.exec();
    }
    pending_ = {};
}

bool ChangeStore::fork(const LogFork& fork, std::string_view signature) {
    if (causality_.forkOf(fork.incarnation) || fork.incarnation == 0) return false;
    flushPlaces();
    lastPlace_ = {};
    auto& insert =
        database_.statement("INSERT INTO forks(incarnation,parent,top,signature) VALUES(?,?,?,?)");
    insert.bind(1, fork.incarnation);
    insert.bind(2, fork.parent);
    insert.bind(3, static_cast<std::int64_t>(fork.top));
    insert.bind(4, signature.data(), static_cast<int>(signature.size()));
    insert.exec();
    causality_.fork(fork);
    return true;
}

std::vector<ChangeStore::SignedFork> ChangeStore::forks() {
    std::vector<SignedFork> all;
    auto& find = database_.statement("SELECT incarnation,parent,top,signature FROM forks");
    while (find.executeStep())
        all.push_back({{find.getColumn(0).getUInt(), find.getColumn(1).getUInt(),
                        static_cast<std::uint64_t>(find.getColumn(2).getInt64())},
                       bytesColumn(find, 3)});
    find.reset();
    return all;
}

void ChangeStore::setIncarnation(std::uint32_t incarnation) {
    flushPlaces();
    lastPlace_ = {};
    database_.setSetting("log.incarnation", std::to_string(incarnation));
    causality_.setIncarnation(incarnation);
    readLastNumber();
}

std::optional<ChangeRef> ChangeStore::placeOf(std::uint64_t number) {
    auto at = [&](const PlacedRun& run) {
        return ChangeRef{run.first.branch,
                         run.first.height + static_cast<std::uint32_t>(number - run.number)};
    };
    auto holdsIt = [&](const PlacedRun& run) {
        return number >= run.number && number - run.number < run.count;
    };
    if (holdsIt(lastPlace_)) return at(lastPlace_);
    const LogFork* fork = causality_.forkOf(incarnation());
    if (!fork || number > fork->top) {
        flushPlaces();
        auto& find = database_.statement(
            "SELECT first_number,count,branch,first_height FROM places WHERE incarnation=? AND "
            "first_number<=? ORDER BY first_number DESC LIMIT 1");
        find.bind(1, incarnation());
        find.bind(2, static_cast<std::int64_t>(number));
        PlacedRun run{};
        if (find.executeStep())
            run = {{find.getColumn(2).getUInt(), find.getColumn(3).getUInt()},
                   find.getColumn(1).getUInt(),
                   static_cast<std::uint64_t>(find.getColumn(0).getInt64())};
        find.reset();
        if (holdsIt(run)) return at(lastPlace_ = run);
    }
    const auto runs = log(number, number);
    return runs.empty() ? std::nullopt : std::optional<ChangeRef>(runs.front().first);
}

std::vector<ChangeStore::PlacedRun> ChangeStore::log(std::uint64_t first, std::uint64_t last,
                                                     std::uint32_t incarnation) {
    flushPlaces();
    // Each incarnation has the numbers above its fork; those below stand with its parent.
    struct Stretch {
        std::uint32_t incarnation;
        std::uint64_t first, last;
    };
    std::vector<Stretch> stretches;
    for (std::uint64_t top = last;;) {
        const LogFork* fork = causality_.forkOf(incarnation);
        std::uint64_t bottom = fork ? std::max(first, fork->top + 1) : first;
        if (bottom <= top) stretches.push_back({incarnation, bottom, top});
        if (!fork) break;
        top = std::min(top, fork->top);
        incarnation = fork->parent;
    }
    std::vector<PlacedRun> runs;
    for (auto stretch = stretches.rbegin(); stretch != stretches.rend(); ++stretch) {
        auto& find = database_.statement(
            "SELECT first_number,count,branch,first_height FROM places WHERE incarnation=?1 AND "
            "first_number<=?3 AND first_number>="
            "ifnull((SELECT max(first_number) FROM places WHERE incarnation=?1 AND "
            "first_number<=?2),0) ORDER BY first_number");
        find.bind(1, stretch->incarnation);
        find.bind(2, static_cast<std::int64_t>(stretch->first));
        find.bind(3, static_cast<std::int64_t>(stretch->last));
        while (find.executeStep()) {
            auto number = static_cast<std::uint64_t>(find.getColumn(0).getInt64());
            std::uint64_t end = std::min(stretch->last, number + find.getColumn(1).getUInt() - 1),
                          begin = std::max(stretch->first, number);
            // Receipts that overlap say the same twice.
            if (!runs.empty()) begin = std::max(begin, runs.back().number + runs.back().count);
            if (begin > end) continue;
            runs.push_back(
                {{find.getColumn(2).getUInt(),
                  find.getColumn(3).getUInt() + static_cast<std::uint32_t>(begin - number)},
                 static_cast<std::uint32_t>(end - begin + 1),
                 begin});
        }
        find.reset();
    }
    return runs;
}

}  // namespace sotay
