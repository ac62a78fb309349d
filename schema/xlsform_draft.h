#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "schema/form.h"
#include "schema/problem.h"
#include "schema/xlsform_table.h"

namespace sotay {

// One line of the survey that became a node; checks that come later report by it.
struct SurveyLine {
    const TableRow* row = nullptr;
    const Node* node = nullptr;
};

constexpr std::size_t kMaxProblems = 500;  // of errors, and of warnings
constexpr std::size_t kMaxLines = 20000;   // of a survey
constexpr std::size_t kMaxChoices = 200000;
constexpr std::size_t kMaxNesting = 100;

// A form while it is read: what the checks of the whole need beside the form itself.
struct FormDraft {
    Form form;
    Problems problems;
    std::string surveySheet = "survey", choicesSheet = "choices";
    std::vector<std::string> sheetNames;              // all of the workbook's, for "did you mean"
    std::map<std::string, std::string> filesBeside;   // name -> path
    std::map<std::string, ChoiceList> externalLists;  // of the external_choices sheet
    bool hasChoices = false, hasExternalChoices = false;  // whether the sheets are there
    std::size_t errors = 0, warnings = 0;
    bool cleansText = true;  // runs of spaces in the survey become one
    std::vector<SurveyLine> lines;
    std::map<std::string, std::vector<const Node*>> nodesByName;
    std::map<std::string, std::string> instances;  // secondary instance -> the file it comes from
    std::set<std::string> usedLists;
    std::set<std::string> attachedNames;  // instances that questions can point to (not pulldata)

    // Keeps the first of each kind only: nobody reads thousands, and a broken list would make them.
    void add(Problem problem) {
        auto& count = problem.severity == Problem::Severity::Error ? errors : warnings;
        if (count++ < kMaxProblems) problems.push_back(std::move(problem));
    }
    void error(const std::string& sheet, int row, const std::string& column, std::string message) {
        add({Problem::Severity::Error, sheet, row, column, std::move(message)});
    }
    void warn(const std::string& sheet, int row, const std::string& column, std::string message) {
        add({Problem::Severity::Warning, sheet, row, column, std::move(message)});
    }
};

// "survey" and the like are compared without case; a sheet whose name begins with "_" is a note.
const Sheet* findSheet(const Workbook& workbook, std::string_view name);
// " The sheets \"choics\" have similar names." or "".
std::string similarSheets(const FormDraft& draft, const std::string& wanted);

bool isXmlName(
    std::string_view name);  // letters (of any script), digits, "_", "-", "."; no digit first
extern const char* const kNameRule;  // the same in words, a sentence

// The steps of reading, in this order.
void readSettings(const XlsTable& table, FormDraft& draft);
void readChoices(const XlsTable& table, FormDraft& draft, std::map<std::string, ChoiceList>& lists);
void readSurvey(const XlsTable& table, FormDraft& draft);
// What stands between "${" and "}", for each of them; nothing at the end when the last is never
// closed.
struct Reference {
    std::string name;
    bool closed = true;
};
std::vector<Reference> referencesIn(const std::string& text);

void checkReferences(const XlsTable* choices, const XlsTable* settings, const XlsTable* entities,
                     FormDraft& draft);
void checkTranslations(const XlsTable& table, const std::vector<std::string>& languages,
                       FormDraft& draft);
void checkEntities(const XlsTable* entities, FormDraft& draft);

}  // namespace sotay
