#include "sync/change.h"

#include <algorithm>

namespace sotay {
namespace {

template <class Entry>
void orderByCell(std::vector<Entry>& entries) {
    auto inOrder =
        std::adjacent_find(entries.begin(), entries.end(),
                           [](const Entry& a, const Entry& b) { return !(a.cell < b.cell); });
    if (inOrder == entries.end()) return;
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.cell < b.cell; });
    std::vector<Entry> last;
    last.reserve(entries.size());
    for (auto& entry : entries) {
        if (!last.empty() && last.back().cell == entry.cell)
            last.back() = std::move(entry);
        else
            last.push_back(std::move(entry));
    }
    entries = std::move(last);
}

}  // namespace

void canonicalise(std::vector<Write>& writes) { orderByCell(writes); }

void canonicalise(Change& change) {
    canonicalise(change.writes);
    orderByCell(change.notes);
}

}  // namespace sotay
