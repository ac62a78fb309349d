#include "sync/store/answers_map.h"

#include <algorithm>
#include <set>

#include "sync/place.h"

namespace sotay {
namespace {

struct ItemInfo {
    Place place;
    bool isDeleted = false;
};
using Items = std::map<Id, ItemInfo>;

Items itemsOf(const RecordHeads& heads, const RecordVerdict& verdict, const Causality& causality) {
    Items items;
    for (const auto& [cell, cellHeads] : heads) {
        if (cell.item.isNil() || cell.ordinal != kPlace || cellHeads.empty()) continue;
        if (auto place = Place::fromValue(provisional(cellHeads, causality)->value))
            items[cell.item].place = *place;
    }
    for (const Id& item : verdict.deletedItems)
        if (auto found = items.find(item); found != items.end()) found->second.isDeleted = true;
    return items;
}

// The items from the record down to this one; empty when one on the way is deleted or unknown.
std::vector<Id> chainOf(const Id& item, const Items& items) {
    std::vector<Id> chain;
    for (Id at = item; !at.isNil();) {
        auto found = items.find(at);
        if (found == items.end() || found->second.isDeleted || chain.size() > 16) return {};
        chain.push_back(at);
        at = found->second.place.parent;
    }
    std::reverse(chain.begin(), chain.end());
    return chain;
}

bool isWithin(const std::vector<Id>& items, const std::set<Id>& removed) {
    return std::any_of(items.begin(), items.end(),
                       [&](const Id& item) { return removed.contains(item); });
}

}  // namespace

Answers answersOf(const RecordHeads& heads, const RecordVerdict& verdict, const FieldTable& fields,
                  const Causality& causality) {
    Answers answers;
    Items items = itemsOf(heads, verdict, causality);
    for (const auto& [cell, cellHeads] : heads) {
        const Field* field = fields.byOrdinal(cell.ordinal);
        if (!field || field->isRepeat || cellHeads.empty()) continue;
        // A field whose type was changed has a successor under the same path: once that was
        // written, though only to clear it, what the earlier one holds is history.
        const Field* newest = field->retired ? fields.byPath(field->path) : field;
        if (newest != field && newest->repeat == field->repeat &&
            heads.contains({cell.item, newest->ordinal}))
            continue;
        const Value& value = provisional(cellHeads, causality)->value;
        if (value.isEmpty()) continue;
        AnswerKey key{field->path, {}};
        if (!cell.item.isNil()) {
            key.items = chainOf(cell.item, items);
            if (key.items.empty()) continue;
        }
        answers.values[key] = value;
    }
    for (const auto& [item, info] : items) {
        std::vector<Id> chain = chainOf(item, items);
        const Field* repeat = fields.byOrdinal(info.place.repeat);
        if (chain.empty() || !repeat) continue;
        chain.pop_back();
        answers.items[{repeat->path, chain}].push_back({item, info.place.position});
    }
    for (auto& [key, list] : answers.items)
        std::sort(list.begin(), list.end(), [](const RepeatItem& a, const RepeatItem& b) {
            return a.position != b.position ? a.position < b.position : a.id < b.id;
        });
    return answers;
}

FieldPaths::FieldPaths(const FieldTable& fields) {
    fields_.reserve(fields.fields.size());
    for (const Field& field : fields.fields) {
        auto [at, isNew] = fields_.try_emplace(field.path, &field);
        // One in use stands before those that are retired, and of those the last.
        if (!isNew && at->second->retired) at->second = &field;
    }
    for (const auto& [path, field] : fields_) inOrder_.push_back({field, 0});
    std::sort(inOrder_.begin(), inOrder_.end(),
              [](const Ranked& a, const Ranked& b) { return a.field->ordinal < b.field->ordinal; });
    for (std::size_t i = 0; i < inOrder_.size(); ++i) inOrder_[i].rank = i;
    std::sort(inOrder_.begin(), inOrder_.end(),
              [](const Ranked& a, const Ranked& b) { return a.field->path < b.field->path; });
}

const Field* FieldPaths::find(std::string_view path) const {
    auto found = fields_.find(path);
    return found == fields_.end() ? nullptr : found->second;
}

namespace {

Result<Cell> cellAt(const AnswerKey& key, const Field* field) {
    if (!field) return Error{Code::InvalidInput, "The form has no field " + key.path + "."};
    return Cell{key.items.empty() ? Id{} : key.items.back(), field->ordinal};
}

}  // namespace

Result<Cell> cellOf(const AnswerKey& key, const FieldTable& fields) {
    return cellAt(key, fields.byPath(key.path));
}

Result<std::vector<Write>> writesBetween(const Answers& before, const Answers& after,
                                         const FieldPaths& fields) {
    std::vector<Write> writes;
    std::set<Id> removed;
    auto idsOf = [](const std::vector<RepeatItem>& list) {
        std::map<Id, std::string> ids;
        for (const auto& item : list) ids[item.id] = item.position;
        return ids;
    };
    static const std::vector<RepeatItem> kNone;
    for (const auto& [key, list] : before.items) {
        auto now = after.items.find(key);
        auto left = idsOf(now == after.items.end() ? kNone : now->second);
        for (const auto& item : list)
            if (!left.contains(item.id)) {
                removed.insert(item.id);
                if (!isWithin(key.items, removed))
                    writes.push_back({{item.id, kAlive}, Value::integer(0)});
            }
    }
    for (const auto& [key, list] : after.items) {
        const Field* repeat = fields.find(key.path);
        if (!repeat || !repeat->isRepeat)
            return Error{Code::InvalidInput, "The form has no repeat " + key.path + "."};
        auto was = before.items.find(key);
        auto had = idsOf(was == before.items.end() ? kNone : was->second);
        for (const auto& item : list) {
            auto known = had.find(item.id);
            if (known != had.end() && known->second == item.position) continue;
            Place place{repeat->ordinal, key.items.empty() ? Id{} : key.items.back(),
                        item.position};
            writes.push_back({{item.id, kPlace}, place.toValue()});
        }
    }
    for (const auto& [key, value] : before.values) {
        if (after.values.contains(key) || isWithin(key.items, removed)) continue;
        auto cell = cellAt(key, fields.find(key.path));
        if (!cell.ok()) return cell.error();
        writes.push_back({*cell, Value()});
    }
    for (const auto& [key, value] : after.values) {
        auto was = before.values.find(key);
        if (was != before.values.end() && was->second == value) continue;
        auto cell = cellAt(key, fields.find(key.path));
        if (!cell.ok()) return cell.error();
        writes.push_back({*cell, value});
    }
    return writes;
}

CellNames::CellNames(const RecordHeads& heads, const RecordVerdict& verdict,
                     const FieldTable& fields, const Causality& causality)
    : fields_(fields) {
    Answers answers = answersOf(heads, verdict, fields, causality);
    // Outer repeats have fewer items on the way, so their paths are there when the inner ones ask.
    std::vector<std::pair<AnswerKey, std::vector<RepeatItem>>> repeats(answers.items.begin(),
                                                                       answers.items.end());
    std::stable_sort(repeats.begin(), repeats.end(), [](const auto& a, const auto& b) {
        return a.first.items.size() < b.first.items.size();
    });
    for (const auto& [key, list] : repeats) {
        std::string base = key.path;
        if (!key.items.empty()) {
            const std::string& outer = itemPaths_[key.items.back()];
            // The outer path's own names, without positions, are a prefix of this one's.
            std::size_t length = 0;
            bool inBrackets = false;
            for (char c : outer) {
                inBrackets |= c == '[';
                length += inBrackets ? 0 : 1;
                if (c == ']') inBrackets = false;
            }
            base = outer + (length < base.size() ? base.substr(length) : std::string());
        }
        for (std::size_t i = 0; i < list.size(); ++i)
            itemPaths_[list[i].id] = base + "[" + std::to_string(i + 1) + "]";
    }
}

std::string CellNames::itemPath(const Id& item) const {
    auto found = itemPaths_.find(item);
    return found == itemPaths_.end() ? std::string() : found->second;
}

std::string CellNames::path(const Cell& cell) const {
    const Field* field = fields_.byOrdinal(cell.ordinal);
    if (cell.item.isNil()) return field ? field->path : std::string();
    std::string item = itemPath(cell.item);
    if (!field) return item;
    const Field* repeat = fields_.byOrdinal(field->repeat);
    if (item.empty() || !repeat || repeat->path.size() > field->path.size()) return field->path;
    return item + field->path.substr(repeat->path.size());
}

}  // namespace sotay
