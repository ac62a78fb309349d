#include "schema/session_tree.h"

#include <algorithm>
#include <charconv>

#include "schema/position.h"

namespace sotay {

RecordTree::RecordTree(const FormPlan& plan, std::function<Id()> newId)
    : plan_(plan), newId_(std::move(newId)) {
    entries_.reserve(plan.definitions().size() + 1);
    entries_.emplace_back();
    entries_[kDocument].children.push_back(build(0, kDocument, false));
}

// `asRepeat`: the line is a repeat, and its place without items is made rather than an item.
NodeId RecordTree::build(DefId def, NodeId parent, bool asRepeat) {
    const auto id = static_cast<NodeId>(entries_.size());
    entries_.emplace_back();
    entries_[id].def = def;
    entries_[id].parent = parent;
    entries_[id].isRepeat = asRepeat;
    if (asRepeat) return id;
    const auto& lines = plan_.definition(def).children;
    std::vector<NodeId> children;
    children.reserve(lines.size());
    for (const DefId child : lines) {
        children.push_back(
            build(child, id, plan_.definition(child).node->kind == NodeKind::Repeat));
    }
    entries_[id].children = std::move(children);
    return id;
}

NodeId RecordTree::addItem(NodeId repeat) {
    const auto& items = entries_[repeat].children;
    const std::string last = items.empty() ? std::string() : entries_[items.back()].position;
    return addItem(repeat, newId_(), positionBetween(last, {}));
}

NodeId RecordTree::addItem(NodeId repeat, const Id& id, std::string position) {
    const NodeId item = build(entries_[repeat].def, repeat, false);
    entries_[item].item = id;
    entries_[item].position = std::move(position);
    entries_[repeat].children.push_back(item);
    return item;
}

void RecordTree::removeItem(NodeId item) {
    auto& items = entries_[entries_[item].parent].children;
    items.erase(std::remove(items.begin(), items.end(), item), items.end());
    detach(item);
}

void RecordTree::detach(NodeId id) {
    entries_[id].isAlive = false;
    for (const NodeId child : entries_[id].children) detach(child);
    for (const NodeId child : entries_[id].spare) detach(child);
}

std::vector<NodeId> RecordTree::resize(NodeId repeat, std::size_t count) {
    std::vector<NodeId> fresh;
    while (entries_[repeat].children.size() > count) {
        auto& entry = entries_[repeat];
        entry.spare.push_back(entry.children.back());
        entry.children.pop_back();
    }
    while (entries_[repeat].children.size() < count) {
        auto& entry = entries_[repeat];
        if (entry.spare.empty()) {
            fresh.push_back(addItem(repeat));
        } else {
            entry.children.push_back(entry.spare.back());
            entry.spare.pop_back();
        }
    }
    return fresh;
}

void RecordTree::touch(NodeId id) {
    for (; id > kRoot; id = entries_[id].parent) entries_[id].isTouched = true;
}

void RecordTree::descend(const std::vector<DefId>& way, std::size_t step, NodeId at, bool toItems,
                         std::vector<NodeId>& out) const {
    if (step == way.size()) {
        out.push_back(at);
        return;
    }
    const NodeId child = entries_[at].children[plan_.definition(way[step]).slot];
    if (!entries_[child].isRepeat || (step + 1 == way.size() && !toItems)) {
        descend(way, step + 1, child, toItems, out);
        return;
    }
    for (const NodeId item : entries_[child].children) descend(way, step + 1, item, toItems, out);
}

void RecordTree::collectWay(DefId def, NodeId within, bool toItems,
                            std::vector<NodeId>& out) const {
    std::vector<DefId> way;
    for (DefId at = def; at != entries_[within].def; at = plan_.definition(at).parent) {
        if (at == kNoDef) return;
        way.push_back(at);
    }
    std::reverse(way.begin(), way.end());
    descend(way, 0, within, toItems, out);
}

void RecordTree::collect(DefId def, NodeId within, std::vector<NodeId>& out) const {
    collectWay(def, within, true, out);
}

void RecordTree::collectRepeats(DefId def, NodeId within, std::vector<NodeId>& out) const {
    collectWay(def, within, false, out);
}

NodeId RecordTree::itemOf(NodeId id, DefId repeat) const {
    for (; id > kRoot; id = entries_[id].parent) {
        if (entries_[id].def == repeat && !entries_[id].isRepeat) return id;
    }
    return kRoot;
}

void RecordTree::walk(NodeId from, const std::function<void(NodeId)>& visit) const {
    visit(from);
    // By index: a visitor may add entries, which moves the list.
    for (std::size_t i = 0; i < entries_[from].children.size(); ++i)
        walk(entries_[from].children[i], visit);
}

bool RecordTree::isAttached(NodeId id) const {
    if (!entries_[id].isAlive) return false;
    for (; id > kRoot; id = entries_[id].parent) {
        if (!isItem(id)) continue;
        const auto& spare = entries_[entries_[id].parent].spare;
        if (std::find(spare.begin(), spare.end(), id) != spare.end()) return false;
    }
    return true;
}

std::string RecordTree::path(NodeId id) const {
    if (id <= kRoot) return {};
    const Entry& entry = entries_[id];
    if (!isItem(id)) return path(entry.parent) + "/" + plan_.definition(entry.def).node->name;
    const auto& items = entries_[entry.parent].children;
    const auto at = std::find(items.begin(), items.end(), id) - items.begin();
    return path(entry.parent) + "[" + std::to_string(at + 1) + "]";
}

std::optional<NodeId> RecordTree::childNamed(NodeId id, std::string_view name) const {
    const Entry& entry = entries_[id];
    // Names are nearly always unique in a form, and a group can have thousands of lines.
    const auto def = plan_.byName(name);
    if (def && plan_.definition(*def).parent == entry.def)
        return entry.children[plan_.definition(*def).slot];
    for (const NodeId child : entry.children) {
        if (plan_.definition(entries_[child].def).node->name == name) return child;
    }
    return std::nullopt;
}

std::optional<NodeId> RecordTree::find(std::string_view text) const {
    if (text.empty() || text.front() != '/') return std::nullopt;
    NodeId at = kRoot;
    while (!text.empty()) {
        text.remove_prefix(1);
        auto step = text.substr(0, text.find('/'));
        text.remove_prefix(step.size());
        std::size_t position = 0;
        if (!step.empty() && step.back() == ']') {
            const auto open = step.find('[');
            if (open == std::string_view::npos) return std::nullopt;
            const auto* const end = step.data() + step.size() - 1;
            const auto parsed = std::from_chars(step.data() + open + 1, end, position);
            if (parsed.ec != std::errc() || parsed.ptr != end || position == 0) return std::nullopt;
            step = step.substr(0, open);
        }
        const auto child = childNamed(at, step);
        if (!child) return std::nullopt;
        at = *child;
        if (!entries_[at].isRepeat) {
            if (position > 1) return std::nullopt;
            continue;
        }
        if (position == 0 && text.empty()) return at;
        const auto& items = entries_[at].children;
        const auto index = position == 0 ? 0 : position - 1;
        if (index >= items.size()) return std::nullopt;
        at = items[index];
    }
    return at;
}

AnswerKey RecordTree::key(NodeId id) const {
    AnswerKey key;
    key.path = plan_.definition(entries_[id].def).node->path;
    for (NodeId at = id; at > kRoot; at = entries_[at].parent) {
        if (isItem(at)) key.items.push_back(entries_[at].item);
    }
    std::reverse(key.items.begin(), key.items.end());
    return key;
}

std::optional<NodeId> RecordTree::find(const AnswerKey& key) const {
    NodeId at = kRoot;
    std::size_t nextItem = 0;
    std::string_view rest = key.path;
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const auto step = rest.substr(0, rest.find('/'));
        rest.remove_prefix(step.size());
        const auto child = childNamed(at, step);
        if (!child) return std::nullopt;
        at = *child;
        if (!entries_[at].isRepeat) continue;
        if (nextItem == key.items.size()) {
            if (rest.empty()) return at;
            return std::nullopt;
        }
        const auto& items = entries_[at].children;
        const auto item = std::find_if(items.begin(), items.end(), [&](NodeId id) {
            return entries_[id].item == key.items[nextItem];
        });
        if (item == items.end()) return std::nullopt;
        ++nextItem;
        at = *item;
    }
    return at;
}

}  // namespace sotay
