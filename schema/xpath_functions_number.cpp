#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numbers>

#include "schema/xpath_date.h"
#include "schema/xpath_functions.h"

namespace sotay {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int kMaxPlaces = 30;

// A date-time counts with its time of day in mathematics; only comparing and adding look at whole
// days.
double exactNumber(XPathCall& call, std::size_t i) {
    XValue value = call.single(i);
    if (value.type == XValue::Type::String && value.string.find('T') != std::string::npos) {
        int zone = call.host().zoneOffsetMinutes();
        if (dayNumberOfText(value.string, zone)) {
            double ms = static_cast<double>(*parseMoment(value.string, zone) + zone * 60'000);
            return ms / static_cast<double>(kDayMs);
        }
    }
    return toNumber(value, call.host());
}

template <double (*Function)(double)>
XValue ofOne(XPathCall& call) {
    return numberValue(Function(exactNumber(call, 0)));
}

template <double (*Function)(double, double)>
XValue ofTwo(XPathCall& call) {
    double first = exactNumber(call, 0);
    return numberValue(Function(first, exactNumber(call, 1)));
}

double power(double base, double exponent) { return std::pow(base, exponent); }
double powerOfTen(double exponent) { return std::pow(10.0, exponent); }
double angle(double y, double x) { return std::atan2(y, x); }
double absolute(double x) { return std::fabs(x); }
double arcCosine(double x) { return std::acos(x); }
double arcSine(double x) { return std::asin(x); }
double arcTangent(double x) { return std::atan(x); }
double cosine(double x) { return std::cos(x); }
double sine(double x) { return std::sin(x); }
double tangent(double x) { return std::tan(x); }
double exponential(double x) { return std::exp(x); }
double logarithm(double x) { return std::log(x); }
double logarithmOfTen(double x) { return std::log10(x); }
double squareRoot(double x) { return std::sqrt(x); }
double up(double x) { return std::ceil(x); }
double down(double x) { return std::floor(x); }

// Rounds the decimal digits that a person sees, not the binary fraction behind them: 12345.15 to
// one place is 12345.2. Halves go up, so those of negative numbers go towards zero.
double roundTo(double number, int places) {
    std::array<char, 64> buffer;
    auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(number),
                             std::chars_format::scientific);
    std::string_view text(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
    std::size_t mark = text.find('e');
    std::string digits(text.substr(0, mark));
    std::erase(digits, '.');
    int exponent = 0;
    std::string_view power = text.substr(mark + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    std::from_chars(power.data(), power.data() + power.size(), exponent);
    // The number is 0.DIGITS times ten to the `point`.
    int point = exponent + 1;
    int kept = point + places;
    if (kept >= static_cast<int>(digits.size())) return number;
    if (kept < 0) return 0;
    auto cut = static_cast<std::size_t>(kept);
    bool above = digits[cut] > '5' || (digits[cut] == '5' &&
                                       digits.find_first_not_of('0', cut + 1) != std::string::npos);
    bool half = digits[cut] == '5' && !above;
    digits.resize(cut);
    if (above || (half && number > 0)) {
        std::size_t at = cut;
        while (at > 0 && digits[at - 1] == '9') digits[--at] = '0';
        if (at > 0) {
            ++digits[at - 1];
        } else {
            digits.insert(0, 1, '1');
        }
    }
    if (digits.empty()) return 0;
    std::string whole = digits + "e" + std::to_string(-places);
    double rounded = 0;
    std::from_chars(whole.data(), whole.data() + whole.size(), rounded);
    return number < 0 ? -rounded : rounded;
}

XValue round(XPathCall& call) {
    double number = call.number(0);
    double places = call.size() == 2 ? call.number(1) : 0;
    if (std::isnan(number) || std::isinf(number) || number == 0) return numberValue(number);
    if (std::isnan(places)) places = 0;
    if (std::fabs(places) > kMaxPlaces) return numberValue(kNaN);
    return numberValue(roundTo(number, static_cast<int>(places)));
}

XValue number(XPathCall& call) { return numberValue(call.number(0)); }
XValue integer(XPathCall& call) { return numberValue(std::trunc(call.number(0))); }
XValue pi(XPathCall&) { return numberValue(std::numbers::pi); }
XValue random(XPathCall& call) { return numberValue(call.host().random()); }

// What is no number counts for nothing; nothing at all is NaN.
XValue extreme(XPathCall& call, bool largest) {
    double best = kNaN;
    for (const XValue& value : call.values(0)) {
        double one = toNumber(value, call.host());
        if (std::isnan(one)) continue;
        if (std::isnan(best) || (largest ? one > best : one < best)) best = one;
    }
    return numberValue(best);
}

XValue max(XPathCall& call) { return extreme(call, true); }
XValue min(XPathCall& call) { return extreme(call, false); }

XValue sum(XPathCall& call) {
    double total = 0;
    call.nodes(0);
    for (const XValue& value : call.values(0)) {
        double one = toNumber(value, call.host());
        if (!std::isnan(one)) total += one;
    }
    return numberValue(total);
}

}  // namespace

std::vector<XPathFunction> numberFunctions() {
    return {
        {"number", 1, 1, number},
        {"int", 1, 1, integer},
        {"round", 1, 2, round},
        {"ceiling", 1, 1, ofOne<up>},
        {"floor", 1, 1, ofOne<down>},
        {"abs", 1, 1, ofOne<absolute>},
        {"acos", 1, 1, ofOne<arcCosine>},
        {"asin", 1, 1, ofOne<arcSine>},
        {"atan", 1, 1, ofOne<arcTangent>},
        {"atan2", 2, 2, ofTwo<angle>},
        {"cos", 1, 1, ofOne<cosine>},
        {"sin", 1, 1, ofOne<sine>},
        {"tan", 1, 1, ofOne<tangent>},
        {"exp", 1, 1, ofOne<exponential>},
        {"exp10", 1, 1, ofOne<powerOfTen>},
        {"log", 1, 1, ofOne<logarithm>},
        {"log10", 1, 1, ofOne<logarithmOfTen>},
        {"sqrt", 1, 1, ofOne<squareRoot>},
        {"pow", 2, 2, ofTwo<power>},
        {"pi", 0, 0, pi},
        {"random", 0, 0, random, XPathFunction::Chance},
        {"max", 0, -1, max},
        {"min", 0, -1, min},
        {"sum", 1, 1, sum},
    };
}

}  // namespace sotay
