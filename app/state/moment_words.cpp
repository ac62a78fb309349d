#include "app/state/moment_words.h"

#include <cstdlib>

#include "app/state/answer_text.h"
#include "app/state/moment.h"

namespace sotay::app {
namespace {

const Node* areaNode(const Node& node) {
    for (const auto& child : node.children) {
        if (child->area) return child.get();
        if (const Node* found = areaNode(*child)) return found;
    }
    return nullptr;
}

}  // namespace

std::string dayWords(std::int64_t moment, const State& state, const Strings& text) {
    std::int64_t days =
        dayNumber(state.now, state.zoneMinutes) - dayNumber(moment, state.zoneMinutes);
    if (days == 0) return text["time.today"];
    if (days == 1) return text["time.yesterday"];
    return formatDay(moment, state.zoneMinutes);
}

std::string momentWords(std::int64_t moment, const State& state, const Strings& text) {
    return dayWords(moment, state, text) + " " + formatTime(moment, state.zoneMinutes);
}

std::string spanWords(std::int64_t seconds, const Strings& text) {
    std::int64_t span = std::llabs(seconds);
    if (span >= 86400) return text.count("time.days", std::to_string(span / 86400));
    if (span >= 3600) return text.count("time.hours", std::to_string(span / 3600));
    return text.count("time.minutes", std::to_string(span / 60));
}

std::string clockWords(std::int64_t aheadSeconds, const Strings& text) {
    if (std::llabs(aheadSeconds) < 120) return {};
    return text.with(aheadSeconds > 0 ? "time.clock_fast" : "time.clock_slow",
                     {{"span", spanWords(aheadSeconds, text)}});
}

std::string areaName(const State& state, const std::string& code) {
    for (const FormEntry& entry : state.forms) {
        const Node* node = areaNode(entry.form->root);
        if (!node || node->listName.empty()) continue;
        std::string language = formLanguage(*entry.form, state.preferences.language);
        std::string label = choiceText(*entry.form, *node, code, language);
        if (label != code) return label;
    }
    return code;
}

std::string areasWords(const State& state, const Strings& text) {
    const auto& areas = state.standing.areas;
    if (areas.empty()) return {};
    if (areas.front() == "*") return text["area.all"];
    std::string first = areaName(state, areas.front());
    if (areas.size() == 1) return first;
    return text.with("area.more", {{"first", first}, {"count", std::to_string(areas.size() - 1)}});
}

}  // namespace sotay::app
