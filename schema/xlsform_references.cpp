#include <algorithm>
#include <functional>
#include <set>

#include "schema/nearest_name.h"
#include "schema/question_types.h"
#include "schema/xlsform_columns.h"
#include "schema/xlsform_draft.h"
#include "schema/xlsform_parameters.h"
#include "schema/xlsform_selects.h"

namespace sotay {
namespace {

class ReferenceChecker {
  public:
    explicit ReferenceChecker(FormDraft& draft) : draft_(draft) {
        auto setting = draft.form.settings.find("omit_instanceID");
        if (setting == draft.form.settings.end() || !isYes(setting->second))
            extra_.insert("instanceID");
        extra_.insert("instanceName");
    }

    void checkCell(const std::string& sheet, int row, const std::string& column,
                   const std::string& text) {
        if (text.find("${") == std::string::npos) return;
        for (auto& reference : referencesIn(text)) {
            if (!reference.closed) {
                draft_.error(
                    sheet, row, column,
                    "\"${" + reference.name + "\" is never closed. Write a question as ${name}.");
                continue;
            }
            std::string name = reference.name;
            if (name.rfind("last-saved#", 0) == 0) name.erase(0, 11);
            checkName(sheet, row, column, name);
        }
    }

    void checkSurvey() {
        static const std::set<std::string> kColumns = [] {
            std::set<std::string> columns(expressionColumns().begin(), expressionColumns().end());
            for (const char* each :
                 {"label", "hint", "guidance_hint", "constraint_message", "required_message",
                  "warning_message", "image", "big-image", "audio", "video", "default",
                  "parameters", "type", "no_app_error_string", "intent"})
                columns.insert(each);
            return columns;
        }();
        for (const auto& line : draft_.lines) {
            for (const auto& [column, value] : line.row->cells) {
                if (kColumns.count(column->key) != 0)
                    checkCell(draft_.surveySheet, line.row->number, column->header, value);
            }
            checkTrigger(line);
            checkParameterTargets(*line.row, *line.node, draft_);
        }
    }

  private:
    void checkName(const std::string& sheet, int row, const std::string& column,
                   const std::string& name) {
        if (extra_.count(name) != 0) return;
        auto found = draft_.nodesByName.find(name);
        if (found == draft_.nodesByName.end() || found->second.empty()) {
            if (!isXmlName(name)) {
                draft_.error(sheet, row, column,
                             "\"${" + name + "}\" is no question. Write ${, the name and }.");
                return;
            }
            draft_.error(sheet, row, column,
                         "\"${" + name + "}\" points to nothing: the survey has no \"" + name +
                             "\"" + suggestion(name));
        } else if (found->second.size() > 1) {
            draft_.error(sheet, row, column,
                         "\"${" + name + "}\" could be any of the " +
                             std::to_string(found->second.size()) + " lines called \"" + name +
                             "\" (rows " + rowsOf(found->second) + "). Give them different names.");
        }
    }

    static std::string rowsOf(const std::vector<const Node*>& nodes) {
        std::string rows;
        for (const Node* node : nodes)
            rows += (rows.empty() ? "" : ", ") + std::to_string(node->row);
        return rows;
    }

    // A comparison with every name of a long form takes a while, so only the first slips get one.
    std::string suggestion(const std::string& name) {
        if (suggestions_++ >= 30) return ".";
        if (names_.empty()) {
            for (const auto& [each, nodes] : draft_.nodesByName) names_.push_back(each);
        }
        return didYouMean(name, names_);
    }

    // A trigger is a list of questions with commas between.
    void checkTrigger(const SurveyLine& line) {
        const std::string& trigger = line.node->trigger;
        if (trigger.empty()) return;
        const std::string column = line.row->header("trigger");
        std::size_t from = 0;
        while (from <= trigger.size()) {
            const auto comma = std::min(trigger.find(',', from), trigger.size());
            const std::string each = normaliseText(trigger.substr(from, comma - from));
            from = comma + 1;
            if (each.empty()) continue;
            if (each.substr(0, 2) != "${" || each.back() != '}') {
                draft_.error(draft_.surveySheet, line.row->number, column,
                             "\"" + each + "\" cannot be a trigger. Write a question as ${name}.");
            } else if (each.find("${", 2) != std::string::npos) {
                draft_.error(draft_.surveySheet, line.row->number, column,
                             "Write a comma between the questions of a trigger: \"" + each + "\".");
            } else {
                checkVisible(line, column, normaliseText(each.substr(2, each.size() - 3)));
            }
        }
    }

    void checkVisible(const SurveyLine& line, const std::string& column, const std::string& name) {
        auto found = draft_.nodesByName.find(name);
        if (found == draft_.nodesByName.end() || found->second.empty()) return;  // reported already
        const Node& trigger = *found->second.front();
        const bool isSeen =
            !trigger.label.empty() || !trigger.hint.empty() || trigger.calculation.empty();
        const bool isQuestion = trigger.kind == NodeKind::Question;
        if (isQuestion && isSeen && trigger.type != QuestionType::Calculate) return;
        draft_.error(draft_.surveySheet, line.row->number, column,
                     "\"" + name + "\" cannot trigger \"" + line.node->name +
                         "\": only a question that people see and answer can.");
    }

    FormDraft& draft_;
    std::set<std::string> extra_;
    std::vector<std::string> names_;
    int suggestions_ = 0;
};

// Files that pulldata() and search() read.
void findFiles(FormDraft& draft) {
    for (const auto& line : draft.lines) {
        for (const auto& [column, value] : line.row->cells) {
            if (!column->isKnown) continue;
            for (std::string_view function : {"pulldata(", "search("}) {
                for (auto at = value.find(function); at != std::string::npos;
                     at = value.find(function, at + 1)) {
                    if (at > 0 && (std::isalnum(static_cast<unsigned char>(value[at - 1])) ||
                                   value[at - 1] == '-'))
                        continue;
                    auto open = value.find_first_not_of(" \n", at + function.size());
                    if (open == std::string::npos || (value[open] != '\'' && value[open] != '"'))
                        continue;
                    const auto close = value.find(value[open], open + 1);
                    if (close == std::string::npos) continue;
                    std::string instance = value.substr(open + 1, close - open - 1);
                    if (instance.size() > 4 && instance.substr(instance.size() - 4) == ".csv")
                        instance.resize(instance.size() - 4);
                    useFile(instance + ".csv", instance, *line.row, column->header, draft);
                }
            }
        }
    }
}

void checkUnusedLists(FormDraft& draft) {
    std::string everything;
    for (const auto& line : draft.lines) {
        for (const auto& [column, value] : line.row->cells) {
            if (value.find("instance(") != std::string::npos ||
                value.find("search(") != std::string::npos)
                everything += value;
        }
    }
    for (const auto& [name, list] : draft.form.lists) {
        if (draft.usedLists.count(name) != 0 || !list.file.empty() ||
            draft.externalLists.count(name) != 0)
            continue;
        if (everything.find("'" + name + "'") != std::string::npos ||
            everything.find("\"" + name + "\"") != std::string::npos)
            continue;
        draft.warn(draft.choicesSheet, list.choices.empty() ? 0 : list.choices.front().row,
                   "list_name",
                   "No question uses the list \"" + name +
                       "\". Remove it, or ask for it with \"select_one " + name + "\".");
    }
}

}  // namespace

std::vector<Reference> referencesIn(const std::string& text) {
    std::vector<Reference> found;
    for (auto at = text.find("${"); at != std::string::npos; at = text.find("${", at + 2)) {
        const auto end = text.find('}', at);
        const auto next = text.find("${", at + 2);
        if (end == std::string::npos || (next != std::string::npos && next < end))
            found.push_back({text.substr(at + 2, std::min(next, at + 42) - at - 2), false});
        else
            found.push_back({normaliseText(text.substr(at + 2, end - at - 2)), true});
    }
    return found;
}

void checkReferences(const XlsTable* choices, const XlsTable* settings, const XlsTable* entities,
                     FormDraft& draft) {
    ReferenceChecker checker(draft);
    checker.checkSurvey();
    for (const XlsTable* table : {choices, settings, entities}) {
        if (!table) continue;
        for (const auto& row : table->rows()) {
            if (table == settings && &row != &table->rows().front()) break;
            for (const auto& [column, value] : row.cells) {
                // The other columns of choices are data, and may hold anything.
                if (column->isKnown)
                    checker.checkCell(table->name(), row.number, column->header, value);
            }
        }
    }
    findFiles(draft);
    checkUnusedLists(draft);
}

}  // namespace sotay
