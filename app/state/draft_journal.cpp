#include "app/state/draft_journal.h"

#include <algorithm>

namespace sotay::app {
namespace {

// "" when its item is no more.
std::string placed(const std::map<std::string, std::string>& positions, const std::string& stable) {
    std::size_t close = stable.rfind(']');
    if (close == std::string::npos) return stable;
    auto known = positions.find(stable.substr(0, close + 1));
    return known == positions.end() ? std::string() : known->second + stable.substr(close + 1);
}

bool endsWith(const std::string& text, char last) { return !text.empty() && text.back() == last; }

}  // namespace

DraftJournal::DraftJournal(const Answers& stored, std::vector<Entry> entries)
    : entries_(std::move(entries)) {
    for (const auto& [repeat, items] : stored.items)
        for (const RepeatItem& item : items) lasting_.insert(item.id);
}

std::string DraftJournal::stablePath(const NodeView& line) const {
    std::string stable;
    std::size_t item = 0;
    for (std::size_t at = 0; at < line.path.size(); ++at) {
        stable += line.path[at];
        if (line.path[at] != '[') continue;
        std::size_t close = std::min(line.path.find(']', at), line.path.size());
        bool lasts = item < line.key.items.size() && lasting_.contains(line.key.items[item]);
        stable += lasts ? line.key.items[item].toString()
                        : "#" + line.path.substr(at + 1, close - at - 1);
        ++item;
        at = close - 1;
    }
    return stable;
}

std::map<std::string, std::string> DraftJournal::itemPositions(const FormSession& session) const {
    std::map<std::string, std::string> positions;
    for (const NodeView& line : session.view())
        if (endsWith(line.path, ']')) positions[stablePath(line)] = line.path;
    return positions;
}

void DraftJournal::answered(const NodeView& line, const std::string& typed) {
    std::string path = stablePath(line);
    // Only the last text counts, and a reason was about the text before. Not beyond a removed row,
    // though: before it the same position may have been another row.
    auto from = std::find_if(entries_.rbegin(), entries_.rend(), [](const Entry& entry) {
                    return endsWith(entry.first, ']');
                }).base();
    entries_.erase(std::remove_if(from, entries_.end(),
                                  [&](const Entry& entry) {
                                      return entry.first == path || entry.first == path + "!";
                                  }),
                   entries_.end());
    entries_.emplace_back(std::move(path), typed);
}

void DraftJournal::added(const NodeView& item) {
    if (!item.key.items.empty()) lasting_.insert(item.key.items.back());
    entries_.emplace_back(stablePath(item), "+");
}

void DraftJournal::removed(const NodeView& item) { entries_.emplace_back(stablePath(item), "-"); }

void DraftJournal::kept(const NodeView& line, const std::string& reason) {
    entries_.emplace_back(stablePath(line) + "!", reason);
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
            if (added.ok()) rename(i, stable, session.view(*added));
            positions = itemPositions(session);
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
    if (!item || item->key.items.empty()) return;
    lasting_.insert(item->key.items.back());
    std::string now = stablePath(*item);
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
        auto found = byPath.find(stablePath(line));
        if (found != byPath.end()) reasons[line.key] = found->second;
    }
    return reasons;
}

}  // namespace sotay::app
