#include "app/cli/answer_steps.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/cli/cell_text.h"

namespace sotay {

namespace {

constexpr int kMostItems = 10'000;  // of one repeat, added by one path

// Adds the items that a path asks for, outermost repeat first. A path that names nothing adds
// nothing: the error is left to whoever answers it.
Status growTo(FormSession& session, const std::string& path) {
    for (auto close = path.find(']'); close != std::string::npos;
         close = path.find(']', close + 1)) {
        const std::string item = path.substr(0, close + 1);
        const std::string repeat = item.substr(0, item.rfind('['));
        if (!session.view(repeat)) return Status();
        for (int added = 0; !session.view(item); ++added) {
            if (added == kMostItems)
                return Error{Code::InvalidInput, fmt::format("{} is too far off.", item)};
            if (auto grown = session.addItem(repeat); !grown.ok()) return grown.error();
        }
    }
    return Status();
}

}  // namespace

Status applyStep(FormSession& session, const AnswerStep& step) {
    if (step.isRemoval) return session.removeItem(step.path);
    if (auto grown = growTo(session, step.path); !grown.ok()) return grown;
    return session.setAnswer(step.path, step.value);
}

Result<std::vector<AnswerStep>> readAnswerSteps(std::string_view json) {
    const auto document = nlohmann::json::parse(json, nullptr, false);
    const auto answers = document.is_object() ? document.find("answers") : document.end();
    if (answers == document.end() || !answers->is_array())
        return Error{Code::InvalidInput,
                     R"(The answers are not JSON of the form {"answers":[{"path","value"}]}.)"};
    std::vector<AnswerStep> steps;
    for (const auto& answer : *answers) {
        const auto where = fmt::format("Answer {}", steps.size() + 1);
        if (!answer.is_object() || !answer.contains("path") || !answer["path"].is_string())
            return Error{Code::InvalidInput, where + " has no \"path\"."};
        AnswerStep step{answer["path"], "", answer.contains("remove") && answer["remove"] == true};
        if (!step.isRemoval && !answer.contains("value"))
            return Error{Code::InvalidInput, where + " has no \"value\"."};
        if (!step.isRemoval) step.value = typedText(answer["value"]);
        steps.push_back(std::move(step));
    }
    return steps;
}

Result<AnswerStep> parseAssignment(const std::string& text) {
    const auto sign = text.find('=');
    if (sign == std::string::npos || sign == 0)
        return Error{Code::InvalidInput, fmt::format("\"{}\" is not PATH=VALUE.", text)};
    return AnswerStep{text.substr(0, sign), text.substr(sign + 1), false};
}

Status applySteps(FormSession& session, const std::vector<AnswerStep>& steps) {
    for (const AnswerStep& step : steps)
        if (auto done = applyStep(session, step); !done.ok())
            return Error{done.error().code, fmt::format("{}: {}", step.path, done.error().message)};
    return Status();
}

std::vector<std::string> refusedAnswers(const FormSession& session) {
    std::vector<std::string> refused;
    for (const NodeView& view : session.view())
        if (view.relevant && !view.valid && !view.value.empty())
            refused.push_back(fmt::format("{}: {}", view.path, view.message));
    return refused;
}

std::string positionedPath(const Answers& answers, const AnswerKey& key) {
    std::string positioned;
    std::size_t depth = 0, end = 0;
    for (std::size_t start = 0; start < key.path.size(); start = end) {
        end = std::min(key.path.find('/', start + 1), key.path.size());
        positioned += key.path.substr(start, end - start);
        if (depth == key.items.size()) continue;
        const auto around = key.items.begin() + static_cast<std::ptrdiff_t>(depth);
        const auto items =
            answers.items.find({key.path.substr(0, end), {key.items.begin(), around}});
        if (items == answers.items.end()) continue;
        for (std::size_t i = 0; i < items->second.size(); ++i)
            if (items->second[i].id == key.items[depth]) positioned += fmt::format("[{}]", i + 1);
        ++depth;
    }
    return positioned;
}

}  // namespace sotay
