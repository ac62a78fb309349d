#include "schema/xlsform_range.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "schema/nearest_name.h"

namespace sotay {
namespace {

bool isMultiple(double value, double step) {
    if (step == 0) return false;
    const double times = value / step;
    return std::fabs(times - std::round(times)) < 1e-9;
}

class RangeChecker {
  public:
    RangeChecker(const TableRow& row, const Node& node, FormDraft& draft)
        : row_(row), node_(node), draft_(draft) {}

    void run() {
        const auto start = number("start", 1), end = number("end", 10), step = number("step", 1);
        const auto tick = number("tick_interval", 1), placeholder = number("placeholder", 1);
        if (!checkAppearance() || !start || !end || !step || !tick || !placeholder) return;
        low_ = std::min(*start, *end);
        high_ = std::max(*start, *end);
        start_ = *start;
        end_ = *end;
        step_ = *step;
        tick_ = has("tick_interval") ? *tick : step_;
        if (step_ == 0) wrong("step", "cannot be 0");
        if (std::fabs(step_) > high_ - low_)
            wrong("step", "cannot be larger than the range, from start to end");
        if (has("tick_interval")) {
            if (*tick == 0 || !isMultiple(*tick, step_))
                wrong("tick_interval", "has to be a multiple of step");
            if (std::fabs(*tick) > high_ - low_)
                wrong("tick_interval", "cannot be larger than the range, from start to end");
        }
        if (has("placeholder")) {
            if (*placeholder < low_ || *placeholder > high_)
                wrong("placeholder", "has to lie between start and end");
            else if (!isMultiple(*placeholder - start_, step_))
                wrong("placeholder", "has to be a whole number of steps from start");
        }
        checkLabels();
    }

  private:
    bool has(const std::string& key) const { return node_.parameter.count(key) != 0; }
    std::optional<double> number(const std::string& key, double otherwise) {
        if (!has(key)) return otherwise;
        auto value = parseNumber(node_.parameter.at(key));
        if (!value) wrong(key, "has to be a number");
        return value;
    }
    void wrong(const std::string& key, const std::string& what) {
        draft_.error(draft_.surveySheet, row_.number, row_.header("parameters"),
                     "The parameter \"" + key + "\" of the range \"" + node_.name + "\" " + what +
                         (has(key) ? ", but it is \"" + node_.parameter.at(key) + "\"."
                                   : ", but it is 1 where none is given."));
    }

    bool checkAppearance() {
        static const std::set<std::string> kWithTicks = {"", "vertical", "no-ticks",
                                                         "vertical no-ticks", "no-ticks vertical"};
        if (kWithTicks.count(node_.appearance) != 0) return true;
        for (const char* key : {"tick_interval", "placeholder", "tick_labelset"}) {
            if (!has(key)) continue;
            wrong(key,
                  "is of use only with the appearances \"vertical\" and \"no-ticks\", not with \"" +
                      node_.appearance + "\"");
            return false;
        }
        return true;
    }

    void checkLabels() {
        if (!has("tick_labelset")) return;
        const std::string& name = node_.parameter.at("tick_labelset");
        draft_.usedLists.insert(name);
        auto list = draft_.form.lists.find(name);
        if (list == draft_.form.lists.end())
            return wrong("tick_labelset", "has to be a list of the choices sheet");
        const bool noTicks = node_.appearance.find("no-ticks") != std::string::npos;
        for (const auto& choice : list->second.choices) {
            auto value = parseNumber(choice.name);
            if (!value) {
                wrong("tick_labelset",
                      "has to be a list whose names are numbers, not \"" + choice.name + "\"");
            } else if (*value < low_ || *value > high_) {
                wrong("tick_labelset",
                      "has the label \"" + choice.name + "\", which is outside of start and end");
            } else if (noTicks && *value != start_ && *value != end_) {
                wrong("tick_labelset",
                      "may label start and end only when there are no ticks, not \"" + choice.name +
                          "\"");
            } else if (!noTicks && !isMultiple(*value - start_, tick_)) {
                wrong("tick_labelset",
                      "has the label \"" + choice.name + "\", where there is no tick");
            }
        }
    }

    const TableRow& row_;
    const Node& node_;
    FormDraft& draft_;
    double start_ = 1, end_ = 10, low_ = 1, high_ = 10, step_ = 1, tick_ = 1;
};

}  // namespace

std::optional<double> parseNumber(const std::string& text) {
    auto number = Decimal::parse(text);
    if (!number) return {};
    return number->toDouble();
}

void checkRange(const TableRow& row, const Node& node, FormDraft& draft) {
    RangeChecker(row, node, draft).run();
}

}  // namespace sotay
