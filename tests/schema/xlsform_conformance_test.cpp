#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/markdown_form.h"
#include "tests/support/shared_folder.h"

using namespace sotay;

namespace {

std::string lowered(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

// Names and values that the reference puts into quotes.
std::set<std::string> quoted(const std::string& message) {
    std::set<std::string> words;
    for (auto at = message.find('\''); at != std::string::npos;) {
        const auto end = message.find('\'', at + 1);
        if (end == std::string::npos) break;
        std::string word = message.substr(at + 1, end - at - 1);
        if (!word.empty() && word.back() == '.') word.pop_back();
        std::replace(word.begin(), word.end(), ' ', '_');
        words.insert(std::move(word));
        at = message.find('\'', end + 1);
    }
    return words;
}

// Whether the message speaks of the same name or value; words that say only where it is do not
// count.
bool names(const Problem& problem, const nlohmann::json& expected) {
    static const std::set<std::string> kPlaces = {
        "survey",  "choices",    "entities", "settings",  "external_choices",
        "save_to", "dataset",    "name",     "list_name", "unknown",
        "trigger", "parameters", "label",    "entity_id", "list name"};
    std::set<std::string> words;
    for (const auto& each : expected) words.merge(quoted(each.get<std::string>()));
    std::erase_if(words, [](const std::string& word) {
        return word.size() > 40 || kPlaces.count(word) != 0;
    });
    if (words.empty()) return true;
    std::string ours = lowered(problem.message + " " + problem.column);
    std::replace(ours.begin(), ours.end(), ' ', '_');
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return ours.find(lowered(word)) != std::string::npos;
    });
}

// "" when the reading has the same verdict, at the same place.
std::string difference(const nlohmann::json& wanted, const FormReading& reading) {
    if (wanted["accept"]) {
        if (reading.form) return {};
        for (const auto& problem : reading.problems)
            if (problem.severity == Problem::Severity::Error) return "refused: " + shown(problem);
    }
    if (reading.form) return "accepted, not refused as: " + wanted["error_contains"].dump();
    std::string ours;
    for (const auto& problem : reading.problems) {
        if (problem.severity != Problem::Severity::Error) continue;
        const bool sheet = !wanted.contains("sheet") || wanted["sheet"].is_null() ||
                           lowered(problem.sheet) == wanted["sheet"].get<std::string>();
        const bool row = !wanted.contains("row") || wanted["row"].is_null() ||
                         problem.row == wanted["row"].get<int>();
        if (sheet && row && names(problem, wanted["error_contains"])) return {};
        ours += shown(problem) + "; ";
    }
    return "refused elsewhere: " + ours + " instead of " + wanted["error_contains"].dump();
}

// Cases in which we differ on purpose, with the reason.
const std::map<std::string, std::string>& deliberate() {
    static const std::map<std::string, std::string> kReasons = {
        {"x0410",
         "the reference makes a question r1_count for the number of items, which then clashes "
         "with the form's own; we need no such question"},
        {"x0155", "a quote in \"required\" is never closed, so it is no expression"},
        {"x0158", "relevant depends on its own answer; the reference does not look"},
        {"x0159", "required depends on its own answer; the reference does not look"},
        {"x0161", "required depends on its own answer; the reference does not look"},
        {"x0166", "readonly depends on its own answer; the reference does not look"},
        {"x0441", "we name the column that is missing; the reference names no row or cell"},
        {"x0434",
         "the name that is wrong is an argument of the reference's program, not in the form"},
    };
    return kReasons;
}

}  // namespace

TEST_CASE("XLSForm: the conformance cases get the verdict of the reference, at the same place") {
    const auto shared = sharedFolder();
    std::ifstream in(shared.value_or("") / "conformance" / "xlsform_cases.jsonl");
    if (!shared || !in) {
        MESSAGE("skipped: the folder with the conformance cases is not there");
        return;
    }
    int total = 0, right = 0;
    for (std::string line; std::getline(in, line);) {
        const auto wanted = nlohmann::json::parse(line);
        const std::string id = wanted["id"];
        ++total;
        const std::string apart = difference(wanted, markdownForm(wanted["md"].get<std::string>()));
        if (apart.empty()) ++right;
        if (deliberate().count(id) != 0) {
            CHECK_MESSAGE(!apart.empty(), id << " is listed as different, but is not");
        } else {
            CHECK_MESSAGE(apart.empty(),
                          id << " (" << wanted["topic"].get<std::string>() << ") " << apart);
        }
    }
    MESSAGE(right << " of " << total << " conformance cases as the reference has them");
    CHECK(right * 100 >= total * 95);
}
