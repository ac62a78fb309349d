#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "schema/xpath_date.h"
#include "schema/xpath_functions.h"

namespace sotay {
namespace {

constexpr double kMaxDay = 2147483647;

// What a date function was given: a moment, or a value that it passes on (no answer, NaN).
struct Given {
    std::optional<std::int64_t> moment;
    XValue value;
};

Given refuse(XPathCall& call, const std::string& text) {
    call.fail(
        fmt::format("{}() was given `{}`, which is not a date; dates are written as 2026-11-22.",
                    call.node().text, text));
    return {};
}

Given given(XPathCall& call, bool wholeDays, bool timesToo) {
    Given result;
    result.value = call.single(0);
    int zone = call.host().zoneOffsetMinutes();
    if (result.value.type == XValue::Type::Number) {
        double days = result.value.number;
        if (std::isnan(days)) return result;
        if (std::fabs(days) > kMaxDay) return refuse(call, toString(result.value, call.host()));
        if (wholeDays) {
            result.moment = static_cast<std::int64_t>(std::trunc(days)) * kDayMs - zone * 60'000;
        } else {
            result.moment = static_cast<std::int64_t>(days * static_cast<double>(kDayMs));
        }
        return result;
    }
    if (result.value.type == XValue::Type::Boolean)
        return refuse(call, toString(result.value, call.host()));
    if (result.value.string.empty()) return result;
    result.moment = parseMoment(result.value.string, zone);
    if (!result.moment && timesToo)
        result.moment = parseTimeOfDay(result.value.string, call.host().nowMs(), zone);
    if (!result.moment) return refuse(call, result.value.string);
    return result;
}

XValue today(XPathCall& call) {
    return stringValue(dateText(call.host().nowMs(), call.host().zoneOffsetMinutes()));
}
XValue now(XPathCall& call) {
    return stringValue(dateTimeText(call.host().nowMs(), call.host().zoneOffsetMinutes()));
}

XValue date(XPathCall& call) {
    Given it = given(call, true, false);
    return it.moment ? stringValue(dateText(*it.moment, call.host().zoneOffsetMinutes()))
                     : it.value;
}

XValue dateTime(XPathCall& call) {
    Given it = given(call, false, false);
    return it.moment ? stringValue(dateTimeText(*it.moment, call.host().zoneOffsetMinutes()))
                     : it.value;
}

XValue formatDate(XPathCall& call) {
    Given it = given(call, false, true);
    std::string format = call.text(1), unknown;
    if (!it.moment) return stringValue({});
    auto text = formatMoment(*it.moment, call.host().zoneOffsetMinutes(), format, unknown);
    if (!text) {
        return call.fail(fmt::format(
            "{}() does not know `{}`; it knows %Y %y %m %n %b %d %e %a %H %h %M %S %3 %W.",
            call.node().text, unknown));
    }
    return stringValue(*std::move(text));
}

XValue decimalDateTime(XPathCall& call) {
    Given it = given(call, false, false);
    if (!it.moment || it.value.type == XValue::Type::Number) return it.value;
    return numberValue(static_cast<double>(*it.moment) / static_cast<double>(kDayMs));
}

XValue decimalTime(XPathCall& call) {
    Given it = given(call, false, true);
    if (!it.moment) return it.value;
    double days = it.value.number;
    if (it.value.type != XValue::Type::Number) {
        std::int64_t local = *it.moment + call.host().zoneOffsetMinutes() * 60'000;
        days = static_cast<double>(local) / static_cast<double>(kDayMs);
    }
    return numberValue(days - std::floor(days));
}

}  // namespace

std::vector<XPathFunction> dateFunctions() {
    return {
        {"today", 0, 0, today, XPathFunction::Clock},
        {"now", 0, 0, now, XPathFunction::Clock},
        {"date", 1, 1, date},
        {"date-time", 1, 1, dateTime},
        {"format-date", 2, 2, formatDate},
        {"format-date-time", 2, 2, formatDate},
        {"decimal-date-time", 1, 1, decimalDateTime},
        {"decimal-time", 1, 1, decimalTime},
    };
}

}  // namespace sotay
