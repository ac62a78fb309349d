#include "app/state/draft_journal.h"

#include <algorithm>

namespace sotay::app {
namespace {

// "/loans[2]/amount" with the ids of the items in place of their positions.
std::string stablePath(const std::string& path, const std::vector<Id>& items) {
    std::string stable;
    std::size_t item = 0;
    for (std::size_t at = 0; at < path.size(); ++at) {
        stable += path[at];
        if (path[at] != '[') continue;
        if (item < items.size()) stable += items[item++].toString();
        at = std::min(path.find(']', at), path.size()) - 1;
    }
    return stable;
}

// The way back, for a session whose items may stand elsewhere by now.
std::map<std::string, std::string> itemPositions(const FormSession& session) {
    std::map<std::string, std::string> positions;
    for (const NodeView& line : session.view())
        if (!line.path.empty() && line.path.back() == ']')
            positions[stablePath(line.path, line.key.items)] = line.path;
    return positions;
}

// "" when its item is no more.
std::string placed(const std::map<std::string, std::string>& positions, const std::string& stable) {
    std::size_t close = stable.rfind(']');
    if (close == std::string::npos) return stable;
    auto known = positions.find(stable.substr(0, close + 1));
    return known == positions.end() ? std::string() : known->second + stable.substr(close + 1);
}

bool endsWith(const std::string& text, char last) { return !text.empty() && text.back() == last; }

}  // namespace

void DraftJournal::answered(const NodeView& line, const std::string& typed) {
    std::string path = stablePath(line.path, line.key.items);
    // The reason was about another value.
    std::erase_if(entries_, [&](const Entry& entry) {
        return entry.first == path || entry.first == path + "!";
    });
    entries_.emplace_back(std::move(path), typed);
}

void DraftJournal::added(const NodeView& item) {
    entries_.emplace_back(stablePath(item.path, item.key.items), "+");
}

void DraftJournal::removed(const NodeView& item) {
    std::string path = stablePath(item.path, item.key.items);
    bool wasNew = std::find(entries_.begin(), entries_.end(), Entry(path, "+")) != entries_.end();
    std::erase_if(entries_, [&](const Entry& entry) { return entry.first.starts_with(path); });
    if (!wasNew) entries_.emplace_back(std::move(path), "-");
}

void DraftJournal::kept(const NodeView& line, const std::string& reason) {
    entries_.emplace_back(stablePath(line.path, line.key.items) + "!", reason);
}

std::size_t DraftJournal::replay(FormSession& session) {
    auto positions = itemPositions(session);
    std::size_t lost = 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const auto [stable, text] = entries_[i];
        Status done;
        if (!endsWith(stable, ']')) {
            bool isReason = endsWith(stable, '!');
            std::string path =
                placed(positions, isReason ? stable.substr(0, stable.size() - 1) : stable);
            done = isReason ? session.keepWarning(path, text) : session.setAnswer(path, text);
        } else if (text == "+") {
            auto added = session.addItem(placed(positions, stable.substr(0, stable.rfind('['))));
            positions = itemPositions(session);
            if (added.ok()) rename(i, stable, session.view(*added));
            if (!added.ok()) done = added.error();
        } else {
            done = session.removeItem(placed(positions, stable));
            positions = itemPositions(session);
        }
        if (!done.ok()) ++lost;
    }
    return lost;
}

// An item that was added before the crash is another one now; what follows speaks of that.
void DraftJournal::rename(std::size_t from, const std::string& before,
                          const std::optional<NodeView>& item) {
    if (!item) return;
    std::string now = stablePath(item->path, item->key.items);
    for (std::size_t i = from; i < entries_.size(); ++i)
        if (entries_[i].first.starts_with(before)) entries_[i].first.replace(0, before.size(), now);
}

std::map<AnswerKey, std::string> DraftJournal::reasons(const FormSession& session) const {
    std::map<AnswerKey, std::string> reasons;
    std::map<std::string, std::string> byPath;
    for (const auto& [stable, text] : entries_)
        if (endsWith(stable, '!')) byPath[stable.substr(0, stable.size() - 1)] = text;
    if (byPath.empty()) return reasons;
    for (const NodeView& line : session.view()) {
        auto found = byPath.find(stablePath(line.path, line.key.items));
        if (found != byPath.end()) reasons[line.key] = found->second;
    }
    return reasons;
}

}  // namespace sotay::app
