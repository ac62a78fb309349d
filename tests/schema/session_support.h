#pragma once

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "schema/session.h"
#include "schema/xlsform.h"

namespace sotay::test {

using Rows = std::vector<std::vector<std::string>>;

// A form as its author writes it: the rows of the sheets, the header first.
inline FormReading readRows(Rows survey, Rows choices = {}, Rows settings = {}) {
    Workbook workbook;
    workbook.sheets.push_back({"survey", std::move(survey), {}});
    if (!choices.empty()) workbook.sheets.push_back({"choices", std::move(choices), {}});
    if (!settings.empty()) workbook.sheets.push_back({"settings", std::move(settings), {}});
    return readForm(workbook, "test");
}

inline std::shared_ptr<const Form> formOf(Rows survey, Rows choices = {}, Rows settings = {}) {
    auto reading = readRows(std::move(survey), std::move(choices), std::move(settings));
    for (const auto& problem : reading.problems) {
        if (problem.severity == Problem::Severity::Error) {
            MESSAGE(problem.sheet << " row " << problem.row << ": " << problem.message);
        }
    }
    REQUIRE(reading.form != nullptr);
    return reading.form;
}

// 22 November 2026, 08:00 in Hanoi. Ids are numbered, so that tests repeat themselves.
inline SessionContext testContext() {
    SessionContext context;
    context.nowMs = 1795309200000;
    auto next = std::make_shared<unsigned>(0);
    context.newId = [next] {
        Id id;
        id.bytes[14] = static_cast<std::uint8_t>(++*next >> 8);
        id.bytes[15] = static_cast<std::uint8_t>(*next & 0xFF);
        return id;
    };
    return context;
}

inline std::unique_ptr<FormSession> sessionOf(std::shared_ptr<const Form> form,
                                              SessionContext context = testContext(),
                                              const Answers* stored = nullptr) {
    auto session = FormSession::create(std::move(form), std::move(context), stored);
    if (!session.ok()) MESSAGE(session.error().message);
    REQUIRE(session.ok());
    return std::move(*session);
}

inline std::string valueOf(const FormSession& session, const std::string& path) {
    const auto view = session.view(path);
    REQUIRE_MESSAGE(view.has_value(), path);
    return view->value;
}

inline bool isRelevant(const FormSession& session, const std::string& path) {
    const auto view = session.view(path);
    REQUIRE_MESSAGE(view.has_value(), path);
    return view->relevant;
}

inline std::string namesOf(const std::vector<ChoiceView>& choices) {
    std::string names;
    for (const auto& choice : choices) names += (names.empty() ? "" : " ") + choice.name;
    return names;
}

inline void answer(FormSession& session, const std::string& path, std::string_view typed) {
    const auto status = session.setAnswer(path, typed);
    if (!status.ok()) MESSAGE(status.error().message);
    REQUIRE(status.ok());
}

}  // namespace sotay::test
