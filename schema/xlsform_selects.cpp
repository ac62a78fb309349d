#include "schema/xlsform_selects.h"

#include <algorithm>

#include "schema/nearest_name.h"

namespace sotay {
namespace {

std::vector<std::string> namesOf(const std::map<std::string, ChoiceList>& lists) {
    std::vector<std::string> names;
    for (const auto& [name, list] : lists) names.push_back(name);
    return names;
}

bool isDataFile(const std::string& name) {
    auto dot = name.rfind('.');
    if (dot == std::string::npos) return false;
    const std::string ending = name.substr(dot);
    return ending == ".csv" || ending == ".xml" || ending == ".geojson";
}

void readFileSource(const TableRow& row, Node& node, FormDraft& draft) {
    const std::string column = row.header("type");
    if (!isDataFile(node.listName)) {
        draft.error(draft.surveySheet, row.number, column,
                    "\"" + node.listName +
                        "\" is no file that choices can come from. Name a file that ends in "
                        ".csv, .geojson or .xml.");
        return;
    }
    const std::string instance = node.listName.substr(0, node.listName.rfind('.'));
    useFile(node.listName, instance, row, column, draft);
    draft.attachedNames.insert(instance);
    auto& list = draft.form.lists[node.listName];
    list.name = list.file = node.listName;
    if (node.appearance.find("search(") != std::string::npos)
        draft.error(draft.surveySheet, row.number, row.header("appearance"),
                    "\"" + node.name + "\" takes its choices from the file \"" + node.listName +
                        "\" and from search() at once. Remove search() from the appearance.");
}

void readExternalSource(const TableRow& row, Node& node, FormDraft& draft) {
    const std::string column = row.header("type");
    if (node.choiceFilter.empty())
        draft.warn(draft.surveySheet, row.number, "choice_filter",
                   "A select_one_external is meant for filtered choices; \"" + node.name +
                       "\" has no choice_filter.");
    if (!draft.hasExternalChoices) {
        draft.error(draft.surveySheet, row.number, column,
                    "The list \"" + node.listName +
                        "\" has to be in a sheet named \"external_choices\", which is "
                        "not there." +
                        similarSheets(draft, "external_choices"));
        return;
    }
    auto found = draft.externalLists.find(node.listName);
    if (found == draft.externalLists.end()) {
        draft.error(draft.surveySheet, row.number, column,
                    "There is no list \"" + node.listName + "\" in the external_choices sheet" +
                        didYouMean(node.listName, namesOf(draft.externalLists)));
        return;
    }
    // The same engine filters both, so the lists live side by side; a list of the choices sheet
    // goes first.
    draft.form.lists.emplace(node.listName, found->second);
}

void addOtherChoice(const TableRow& row, Node& node, FormDraft& draft) {
    node.orOther = true;
    if (!node.choiceFilter.empty()) {
        draft.error(
            draft.surveySheet, row.number, row.header("choice_filter"),
            "A choice_filter cannot be used with or_other. Add a choice \"other\" to the list \"" +
                node.listName + "\" and a question for it.");
        return;
    }
    auto found = draft.form.lists.find(node.listName);
    if (found == draft.form.lists.end()) return;
    auto& choices = found->second.choices;
    if (std::any_of(choices.begin(), choices.end(),
                    [](const Choice& each) { return each.name == "other"; }))
        return;
    Choice other;
    other.name = "other";
    other.label = otherLabel(draft.form.languages, "Other", "Khác");
    choices.push_back(std::move(other));
}

void readListSource(const TableRow& row, Node& node, FormDraft& draft) {
    draft.usedLists.insert(node.listName);
    auto found = draft.form.lists.find(node.listName);
    if (found == draft.form.lists.end()) {
        std::string message;
        if (!draft.hasChoices)
            message = "The choices of the list \"" + node.listName +
                      "\" have to be in a sheet named \"choices\", which is not there." +
                      similarSheets(draft, "choices");
        else
            message = "There is no list \"" + node.listName + "\" in the choices sheet" +
                      didYouMean(node.listName, namesOf(draft.form.lists));
        draft.error(draft.surveySheet, row.number, row.header("type"), message);
        return;
    }
    if (node.type != QuestionType::SelectMultiple && node.type != QuestionType::Rank) return;
    for (const auto& choice : found->second.choices) {
        if (choice.name.find(' ') == std::string::npos) continue;
        draft.error(draft.choicesSheet, choice.row, "name",
                    "The choice \"" + choice.name + "\" of the list \"" + node.listName +
                        "\" has a space in its name, but \"" + node.name +
                        "\" takes several answers with a space between them. Use \"_\" instead.");
    }
}

}  // namespace

void readChoiceSource(const TableRow& row, const TypeLine& type, Node& node, FormDraft& draft) {
    if (type.kind == TypeLine::Kind::MissingList) {
        draft.error(draft.surveySheet, row.number, row.header("type"),
                    "\"" + row.text("type") +
                        "\" does not name its list of choices. Write it after the type: \"" +
                        type.keyword + " LIST\".");
        return;
    }
    if (type.list.empty()) return;
    node.listName = type.list;
    if (type.list.find(' ') != std::string::npos && type.list.find("${") == std::string::npos) {
        draft.error(draft.surveySheet, row.number, row.header("type"),
                    "\"" + type.list + "\" cannot be the name of a list: it has a space. Write \"" +
                        type.keyword + " LIST\", with nothing after the list but \"or_other\".");
        return;
    }
    if (type.fromFile) {
        readFileSource(row, node, draft);
    } else if (type.external) {
        readExternalSource(row, node, draft);
    } else if (type.list.find("${") == std::string::npos) {
        if (isDataFile(type.list) && draft.form.lists.count(type.list) == 0)
            return readFileSource(row, node, draft);
        readListSource(row, node, draft);
    }
    if (type.orOther) addOtherChoice(row, node, draft);
}

void useFile(const std::string& file, const std::string& instance, const TableRow& row,
             const std::string& column, FormDraft& draft) {
    auto [known, isNew] = draft.instances.emplace(instance, file);
    if (!isNew && known->second != file) {
        draft.error(draft.surveySheet, row.number, column,
                    "\"" + instance + "\" is the file \"" + known->second +
                        "\" elsewhere in the form and \"" + file +
                        "\" here. Rename one of the files.");
        return;
    }
    auto beside = draft.filesBeside.find(file);
    const bool isThere = beside != draft.filesBeside.end();
    const bool isFirst = draft.form.files.emplace(file, isThere ? beside->second : "").second;
    if (isFirst && !isThere)
        draft.warn(
            draft.surveySheet, row.number, column,
            "The file \"" + file + "\" is not beside the workbook. Put it into the same folder.");
}

LocalText otherLabel(const std::vector<std::string>& languages, const std::string& english,
                     const std::string& vietnamese) {
    LocalText text;
    text.byLanguage[""] = english;
    for (const auto& language : languages) {
        const std::string folded = foldText(language);
        const bool isVietnamese = folded == "vi" || folded.find("(vi") != std::string::npos ||
                                  folded.find("tieng viet") != std::string::npos ||
                                  folded.find("vietnam") != std::string::npos;
        text.byLanguage[language] = isVietnamese ? vietnamese : english;
    }
    return text;
}

}  // namespace sotay
