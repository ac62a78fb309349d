#include "app/cli/form_commands.h"

#include <charconv>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <random>
#include <sstream>

#include "app/cli/answer_steps.h"
#include "schema/fields.h"
#include "schema/form_changes.h"
#include "schema/question_types.h"
#include "schema/session.h"
#include "schema/xlsform.h"

namespace sotay {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uintmax_t kMaxFileBytes = 256u << 20;

std::optional<std::string> readWhole(const std::filesystem::path& path) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    if (failed || size > kMaxFileBytes) return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    if (!file) return std::nullopt;
    return std::move(content).str();
}

std::string show(const Json& document) {
    return document.dump(2, ' ', false, Json::error_handler_t::replace);
}

Json asJson(const Problems& problems) {
    Json list = Json::array();
    for (const auto& problem : problems) {
        list.push_back(
            {{"severity", problem.severity == Problem::Severity::Error ? "error" : "warning"},
             {"sheet", problem.sheet},
             {"row", problem.row},
             {"column", problem.column},
             {"message", problem.message}});
    }
    return list;
}

void print(const Problems& problems, std::ostream& out) {
    for (const auto& problem : problems) {
        out << (problem.severity == Problem::Severity::Error ? "error" : "warning");
        if (!problem.sheet.empty()) out << ": " << problem.sheet;
        if (problem.row > 0) out << " row " << problem.row;
        if (!problem.column.empty()) out << ", " << problem.column;
        out << ": " << problem.message << '\n';
    }
}

std::int64_t nowMs() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

// Noon of that day in the zone of the session, so that no conversion reaches the day before or
// after.
std::optional<std::int64_t> noonOf(const std::string& date, int zoneMinutes) {
    using namespace std::chrono;
    int parts[3] = {};
    const char* at = date.data();
    const char* const end = date.data() + date.size();
    for (int i = 0; i < 3; ++i) {
        if (i > 0 && (at == end || *at++ != '-')) return std::nullopt;
        const auto read = std::from_chars(at, end, parts[i]);
        if (read.ec != std::errc()) return std::nullopt;
        at = read.ptr;
    }
    const year_month_day day{year{parts[0]}, month{static_cast<unsigned>(parts[1])},
                             std::chrono::day{static_cast<unsigned>(parts[2])}};
    if (at != end || !day.ok()) return std::nullopt;
    const auto noon = sys_days{day}.time_since_epoch() + hours{12} - minutes{zoneMinutes};
    return duration_cast<milliseconds>(noon).count();
}

SessionContext contextFor(const FormFill& fill) {
    SessionContext context;
    context.nowMs = nowMs();
    context.language = fill.language;
    const auto random = std::make_shared<std::mt19937_64>(std::random_device{}());
    context.newId = [random, at = context.nowMs] {
        std::array<std::uint8_t, 10> bytes;
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>((*random)());
        return timeOrderedId(at, bytes);
    };
    context.random = [random] { return std::uniform_real_distribution<double>(0, 1)(*random); };
    const auto folder = fill.form.parent_path();
    const auto stem = fill.form.stem().string();
    context.readFile = [folder, stem](const std::string& file) {
        // Only beside the form, whatever the form says.
        const auto name = std::filesystem::path(file).filename();
        auto content = readWhole(folder / name);
        return content ? content : readWhole(folder / (stem + "-media") / name);
    };
    return context;
}

Json asJson(const FormSession& session) {
    Json nodes = Json::array();
    for (const auto& view : session.view()) {
        const bool isRepeat = view.node->kind == NodeKind::Repeat;
        if (isRepeat && view.path.back() != ']')
            continue;  // the repeat itself; its items are the nodes
        const bool isQuestion = view.node->kind == NodeKind::Question;
        Json node = {{"path", view.path},
                     {"type", isRepeat     ? "repeat"
                              : isQuestion ? typeName(view.node->type)
                                           : "group"},
                     {"relevant", view.relevant},
                     {"required", view.required},
                     {"readonly", view.readOnly},
                     {"value", view.value},
                     {"valid", view.valid},
                     {"message", view.message},
                     {"warning", view.warning},
                     {"label", view.label},
                     {"hint", view.hint}};
        if (!view.node->listName.empty()) {
            node["choices"] = Json::array();
            for (const auto& choice : session.choices(view.path)) {
                node["choices"].push_back({{"name", choice.name}, {"label", choice.label}});
            }
        }
        nodes.push_back(std::move(node));
    }
    return {{"valid", session.isValid()},
            {"nodes", std::move(nodes)},
            {"instance_name", session.instanceName()}};
}

void print(const FormSession& session, std::ostream& out) {
    for (const auto& view : session.view()) {
        if (view.node->kind != NodeKind::Question || !view.relevant) continue;
        out << view.path << " = " << view.value;
        if (!view.valid) out << "  [" << view.message << ']';
        if (!view.warning.empty()) out << "  (" << view.warning << ')';
        out << '\n';
    }
    out << (session.isValid() ? "valid\n" : "not valid\n");
}

int refuse(Output output, const std::string& message, const Problems& problems, std::ostream& out,
           std::ostream& log) {
    if (output == Output::Json) {
        Json document = {{"error", message}};
        if (!problems.empty()) document["problems"] = asJson(problems);
        out << show(document) << '\n';
    } else {
        print(problems, out);
    }
    log << message << '\n';
    return 1;
}

// What would change for records if the form were published as the next version of the old one.
void addChanges(const Form& old, FormReading& reading) {
    const auto table = extendFields({}, old);
    for (const auto& change : compareForms(table, &old, *reading.form))
        reading.problems.push_back(describeChange(change, std::nullopt));
}

}  // namespace

int formCheck(const FormCheck& check, std::ostream& out, std::ostream& log) {
    auto reading = readFormFile(check.form);
    if (!check.against.empty()) {
        const auto old = readFormFile(check.against);
        if (!old.form)
            return refuse(check.output, check.against.string() + " cannot be used as a form.",
                          old.problems, out, log);
        if (reading.form) addChanges(*old.form, reading);
    }
    const bool isGood = reading.form && !hasErrors(reading.problems);
    if (check.output == Output::Json) {
        static const Form kNone;
        const Form& form = reading.form ? *reading.form : kNone;
        out << show({{"ok", isGood},
                     {"form_id", form.id},
                     {"version", form.versionText},
                     {"title", form.title},
                     {"languages", form.languages},
                     {"questions", form.questionCount()},
                     {"problems", asJson(reading.problems)}})
            << '\n';
        return isGood ? 0 : 1;
    }
    print(reading.problems, out);
    if (isGood) {
        out << reading.form->title << " (" << reading.form->id
            << "): " << reading.form->questionCount() << " questions\n";
    } else {
        log << check.form.string() << " cannot be used as a form.\n";
    }
    return isGood ? 0 : 1;
}

int formFill(const FormFill& fill, std::ostream& out, std::ostream& log) {
    const auto reading = readFormFile(fill.form);
    if (!reading.form) {
        return refuse(fill.output, fill.form.string() + " cannot be used as a form.",
                      reading.problems, out, log);
    }
    const auto content = readWhole(fill.answers);
    if (!content)
        return refuse(fill.output, fill.answers.string() + " cannot be read.", {}, out, log);
    const auto steps = readAnswerSteps(*content);
    if (!steps.ok())
        return refuse(fill.output, fill.answers.string() + ": " + steps.error().message, {}, out,
                      log);
    auto context = contextFor(fill);
    if (!fill.today.empty()) {
        const auto noon = noonOf(fill.today, context.zoneOffsetMinutes);
        if (!noon)
            return refuse(fill.output, "\"" + fill.today + "\" is not a date like 2026-11-22.", {},
                          out, log);
        context.nowMs = *noon;
    }
    auto session = FormSession::create(reading.form, std::move(context), nullptr);
    if (!session.ok()) return refuse(fill.output, session.error().message, {}, out, log);

    Json refused = Json::array();
    for (const auto& step : *steps) {
        const auto done = applyStep(**session, step);
        if (done.ok()) continue;
        refused.push_back({{"path", step.path}, {"message", done.error().message}});
        log << step.path << ": " << done.error().message << '\n';
    }
    if (fill.output == Output::Json) {
        auto result = asJson(**session);
        if (!refused.empty()) result["refused"] = refused;
        out << show(result) << '\n';
    } else {
        print(**session, out);
    }
    return refused.empty() ? 0 : 1;
}

}  // namespace sotay
