#include "sync/store/backlog.h"

#include <algorithm>
#include <utility>

#include "schema/mutant.h"

namespace sotay {
namespace {

constexpr const char* kFirst = "log.unmerged_from";
constexpr std::uint32_t kPiece = 512;  // are read from the log at a time

}  // namespace

Backlog::Backlog(Database& database, ChangeStore& changes)
    : database_(database), changes_(changes) {}

void Backlog::load() {
    parts_.clear();
    records_.clear();
    first_ = std::stoull(database_.setting(kFirst, "0"));
}

void Backlog::add(Part part) {
    const bool isInLogAlone = first_ != 0 && parts_.empty();
    if (part.refs.empty() || isInLogAlone) return;
    if (first_ == 0) {
        first_ = changes_.causality().number(part.refs.front()).value_or(0);
        if (!mutant(Mutant::BacklogForgotten)) database_.setSetting(kFirst, std::to_string(first_));
    }
    std::vector<Id> records;
    records.reserve(part.refs.size());
    if (part.news) records = part.news->rows.records;
    for (const Change& change : part.changes) records.push_back(change.record);
    std::sort(records.begin(), records.end());
    records_.push_back(std::move(records));
    parts_.push_back(std::move(part));
}

bool Backlog::concerns(const Id& record) const {
    return std::any_of(records_.begin(), records_.end(), [&](const std::vector<Id>& some) {
        return std::binary_search(some.begin(), some.end(), record);
    });
}

std::size_t Backlog::newRows() const {
    std::size_t rows = 0;
    for (const Part& part : parts_) rows += part.news ? part.news->rows.records.size() : 0;
    return rows;
}

std::int64_t Backlog::nextRow() const {
    std::int64_t next = 0;
    for (const Part& part : parts_)
        if (part.news)
            next = std::max(next, part.news->rows.firstRow +
                                      static_cast<std::int64_t>(part.news->rows.records.size()));
    return next;
}

bool Backlog::allOf(const std::function<bool(const Change&)>& holds) const {
    return std::all_of(parts_.begin(), parts_.end(), [&](const Part& part) {
        return std::all_of(part.changes.begin(), part.changes.end(), holds);
    });
}

void Backlog::drain(const std::function<void(Part)>& merge) {
    if (isEmpty()) return;
    if (parts_.empty()) readFromLog(merge);
    for (Part& part : parts_) merge(std::move(part));
    parts_.clear();
    records_.clear();
    first_ = 0;
    database_.setSetting(kFirst, "0");
}

void Backlog::readFromLog(const std::function<void(Part)>& merge) {
    for (const auto& run : changes_.log(first_, changes_.lastNumber()))
        for (std::uint32_t at = 0; at < run.count; at += kPiece) {
            const std::uint32_t height = run.first.height + at;
            Part part;
            for (StoredChange& stored : changes_.range(
                     run.first.branch, height, height + std::min(kPiece, run.count - at) - 1)) {
                part.changes.push_back(std::move(stored.change));
                part.refs.push_back(stored.ref);
            }
            merge(std::move(part));
        }
}

}  // namespace sotay
