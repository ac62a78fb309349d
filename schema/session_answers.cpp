#include <algorithm>

#include "schema/session_record.h"

namespace sotay {

Answers RecordSession::answers() const {
    Answers out;
    gather(RecordTree::kRoot, out);
    // What this version of the form does not know stays with the item that it belongs to.
    const auto isThere = [&](const AnswerKey& key) {
        if (key.items.empty()) return true;
        const auto holds = [&](const auto& entry) {
            return std::any_of(entry.second.begin(), entry.second.end(),
                               [&](const RepeatItem& item) { return item.id == key.items.back(); });
        };
        return std::any_of(out.items.begin(), out.items.end(), holds) ||
               std::any_of(carried_.items.begin(), carried_.items.end(), holds);
    };
    for (const auto& [key, items] : carried_.items) {
        if (isThere(key)) out.items.emplace(key, items);
    }
    for (const auto& [key, value] : carried_.values) {
        if (isThere(key)) out.values.emplace(key, value);
    }
    return out;
}

void RecordSession::gather(NodeId id, Answers& out) const {
    const Entry& entry = tree_[id];
    if (entry.isRepeat) return gatherItems(id, out);
    if (!entry.relevant) return;
    const Node& node = nodeOf(id);
    if (id != RecordTree::kRoot && node.kind == NodeKind::Question) {
        if (!node.isStored() || entry.text.empty() || entry.isRejected) return;
        auto value = parseValue(node.valueType(), entry.text);
        if (value.ok() && !(*value).isEmpty()) out.values.emplace(tree_.key(id), std::move(*value));
        return;
    }
    for (const NodeId child : entry.children) gather(child, out);
}

// Items that nobody touched are not kept. Those of a counted repeat are known by their number, so
// the ones before an item that is kept are kept as well.
void RecordSession::gatherItems(NodeId repeat, Answers& out) const {
    const auto& items = tree_[repeat].children;
    std::size_t end = items.size();
    while (end > 0 && !tree_[items[end - 1]].isTouched) --end;
    std::vector<RepeatItem> kept;
    for (std::size_t i = 0; i < end; ++i) {
        const Entry& item = tree_[items[i]];
        if (!item.relevant || (!item.isTouched && !lineOf(repeat).isCounted())) continue;
        kept.push_back({item.item, item.position});
        gather(items[i], out);
    }
    if (!kept.empty()) out.items.emplace(tree_.key(repeat), std::move(kept));
}

bool RecordSession::isDirty() const {
    return !(answers() == opened_) || rejectedText() != openedRejected_;
}

std::map<std::string, std::string> RecordSession::rejectedText() const {
    std::map<std::string, std::string> texts;
    tree_.walk(RecordTree::kRoot, [&](NodeId id) {
        if (tree_[id].isRejected) texts.emplace(tree_.path(id), tree_[id].text);
    });
    return texts;
}

}  // namespace sotay
