#include "app/cli/eval_command.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <istream>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <random>

#include "schema/expression.h"

namespace sotay {
namespace {

using Json = nlohmann::ordered_json;

// The world of an expression that belongs to no form: a root, a clock and dice.
class BareHost final : public XHost {
  public:
    BareHost(std::int64_t nowMs, int zoneMinutes) : nowMs_(nowMs), zoneMinutes_(zoneMinutes) {}
    std::string nodeText(NodeId) const override { return {}; }
    std::string_view nodeName(NodeId) const override { return {}; }
    std::optional<NodeId> nodeParent(NodeId) const override { return std::nullopt; }
    std::vector<NodeId> nodeChildren(NodeId) const override { return {}; }
    bool nodeRelevant(NodeId) const override { return true; }
    std::vector<NodeId> reference(std::string_view, NodeId) const override { return {}; }
    std::optional<NodeId> instance(std::string_view) const override { return std::nullopt; }
    std::optional<std::string> choiceLabel(std::string_view, std::string_view,
                                           NodeId) const override {
        return std::nullopt;
    }
    std::optional<std::string> pullData(std::string_view, std::string_view, std::string_view,
                                        std::string_view) const override {
        return std::nullopt;
    }
    std::int64_t nowMs() const override { return nowMs_; }
    int zoneOffsetMinutes() const override { return zoneMinutes_; }
    double random() override { return std::uniform_real_distribution<double>(0, 1)(dice_); }
    std::string property(std::string_view) const override { return {}; }
    std::string lastSaved(std::string_view) const override { return {}; }

  private:
    std::int64_t nowMs_;
    int zoneMinutes_;
    std::mt19937_64 dice_{std::random_device{}()};
};

std::optional<int> number(std::string_view digits) {
    int value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || read.ec != std::errc() || read.ptr != digits.data() + digits.size())
        return std::nullopt;
    return value;
}

// "Z", "+07:00", "-0330", "+7".
std::optional<int> offsetOf(std::string_view zone) {
    if (zone == "Z" || zone == "UTC" || zone == "GMT") return 0;
    if (zone.size() < 2 || (zone.front() != '+' && zone.front() != '-')) return std::nullopt;
    const int sign = zone.front() == '-' ? -1 : 1;
    zone.remove_prefix(1);
    const auto colon = zone.find(':');
    const auto split = colon != std::string_view::npos ? colon
                       : zone.size() > 2               ? zone.size() - 2
                                                       : zone.size();
    const auto hours = number(zone.substr(0, split));
    const auto rest =
        zone.substr(std::min(zone.size(), colon == std::string_view::npos ? split : colon + 1));
    const auto minutes = rest.empty() ? std::optional<int>(0) : number(rest);
    if (!hours || !minutes || *hours > 18 || *minutes > 59) return std::nullopt;
    return sign * (*hours * 60 + *minutes);
}

// What the C library says of the process's zone at that moment, summer time included.
int localOffset(std::int64_t nowMs) {
    const auto seconds = static_cast<std::time_t>(nowMs / 1000);
    std::tm local{}, universal{};
#ifdef _WIN32
    localtime_s(&local, &seconds);
    gmtime_s(&universal, &seconds);
#else
    localtime_r(&seconds, &local);
    gmtime_r(&seconds, &universal);
#endif
    universal.tm_isdst = local.tm_isdst;
    return static_cast<int>(std::difftime(std::mktime(&local), std::mktime(&universal)) / 60);
}

// A name like Asia/Ho_Chi_Minh becomes the zone of this process, which does nothing else.
bool enterZone(const std::string& name) {
#ifdef _WIN32
    (void)name;
    return false;
#else
    const bool isPlain =
        name.find("..") == std::string::npos && !name.empty() && name.front() != '/';
    std::error_code failed;
    if (!isPlain || !std::filesystem::is_regular_file("/usr/share/zoneinfo/" + name, failed))
        return false;
    setenv("TZ", name.c_str(), 1);
    tzset();
    return true;
#endif
}

struct Moment {
    std::int64_t ms = 0;
    std::optional<int> zoneMinutes;  // when it was written with one
};

// 2026-11-22, 2026-11-22T08:00, 2026-11-22T08:00:00.123+07:00.
std::optional<Moment> readMoment(std::string_view text) {
    using namespace std::chrono;
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto y = number(text.substr(0, 4)), m = number(text.substr(5, 2)),
               d = number(text.substr(8, 2));
    if (!y || !m || !d) return std::nullopt;
    const year_month_day day{year{*y}, month{static_cast<unsigned>(*m)},
                             std::chrono::day{static_cast<unsigned>(*d)}};
    if (!day.ok()) return std::nullopt;
    Moment moment;
    moment.ms = duration_cast<milliseconds>(sys_days{day}.time_since_epoch()).count();
    text.remove_prefix(10);
    if (text.empty()) return moment;
    if (text.size() < 6 || (text[0] != 'T' && text[0] != ' ') || text[3] != ':')
        return std::nullopt;
    const auto zoneAt = text.find_first_of("Z+-");
    const auto time = text.substr(1, zoneAt == std::string_view::npos ? text.npos : zoneAt - 1);
    const auto hour = number(time.substr(0, 2)), minute = number(time.substr(3, 2));
    if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
    moment.ms += *hour * 3600000LL + *minute * 60000LL;
    if (time.size() > 5) {
        double seconds = 0;
        const auto part = time.substr(6);
        const auto read = std::from_chars(part.data(), part.data() + part.size(), seconds);
        if (time[5] != ':' || read.ec != std::errc() || read.ptr != part.data() + part.size() ||
            seconds < 0 || seconds >= 60) {
            return std::nullopt;
        }
        moment.ms += std::llround(seconds * 1000);
    }
    if (zoneAt == std::string_view::npos) return moment;
    moment.zoneMinutes = offsetOf(text.substr(zoneAt));
    if (!moment.zoneMinutes) return std::nullopt;
    moment.ms -= *moment.zoneMinutes * 60000LL;
    return moment;
}

Json numberJson(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
    if (std::fabs(value) < 9e15 && value == std::floor(value))
        return static_cast<std::int64_t>(value);
    return value;
}

Json evaluateLine(const std::string& line, XHost& host) {
    const auto request = Json::parse(line, nullptr, false);
    if (!request.is_object()) return {{"id", nullptr}, {"error", "The line is not a JSON object."}};
    Json answer = {{"id", request.contains("id") ? request["id"] : Json()}};
    if (!request.contains("expr") || !request["expr"].is_string()) {
        answer["error"] = "The line has no \"expr\".";
        return answer;
    }
    const auto expression = Expression::parse(request["expr"].get<std::string>());
    const auto value =
        expression.ok() ? (*expression).evaluate(host, 0) : Result<XValue>(expression.error());
    if (!value.ok()) {
        answer["error"] = value.error().message;
        return answer;
    }
    switch ((*value).type) {
        case XValue::Type::String:
            answer["type"] = "string";
            answer["value"] = (*value).string;
            break;
        case XValue::Type::Number:
            answer["type"] = "number";
            answer["value"] = numberJson((*value).number);
            break;
        case XValue::Type::Boolean:
            answer["type"] = "boolean";
            answer["value"] = (*value).boolean;
            break;
        case XValue::Type::NodeSet:
            answer["type"] = "nodeset";
            answer["value"] = toString(*value, host);
            break;
    }
    return answer;
}

}  // namespace

int evalLines(const EvalOptions& options, std::istream& in, std::ostream& out, std::ostream& log) {
    using namespace std::chrono;
    Moment now{duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count(), 0};
    if (!options.now.empty()) {
        const auto read = readMoment(options.now);
        if (!read) {
            log << "--now takes a date-time like 2026-11-22T08:00:00+07:00, not \"" << options.now
                << "\".\n";
            return 2;
        }
        now = *read;
    }
    auto zone = offsetOf(options.zone);
    if (!zone) {
        if (!options.zone.empty() && !enterZone(options.zone)) {
            log << "--tz takes UTC, an offset like +07:00 or a name like Asia/Ho_Chi_Minh, not \""
                << options.zone << "\".\n";
            return 2;
        }
        zone = localOffset(now.ms);
    }
    // A moment without a zone is one of the zone that the expressions are evaluated in.
    if (!now.zoneMinutes) now.ms -= *zone * 60000LL;

    BareHost host(now.ms, *zone);
    std::string line;
    while (std::getline(in, line)) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        out << evaluateLine(line, host).dump(-1, ' ', false, Json::error_handler_t::replace)
            << '\n';
    }
    return 0;
}

}  // namespace sotay
