#include <set>

#include "schema/xlsform_draft.h"

namespace sotay {
namespace {

bool allowsDuplicates(const FormDraft& draft) {
    auto setting = draft.form.settings.find("allow_choice_duplicates");
    return setting != draft.form.settings.end() && isYes(setting->second);
}

Choice readChoice(const TableRow& row) {
    Choice choice;
    choice.name = plainExpression(row.text("name"));
    choice.label = row.local("label");
    choice.row = row.number;
    for (const auto& [column, value] : row.cells) {
        if (column->key == "list_name" || column->key == "name" || column->key == "label") continue;
        if (column->isKnown)
            choice.media.emplace(
                column->language.empty() ? column->key : column->key + "::" + column->language,
                value);
        else
            choice.columns.emplace(column->key, value);
    }
    return choice;
}

}  // namespace

void readSettings(const XlsTable& table, FormDraft& draft) {
    if (table.rows().empty()) return;
    const TableRow& row = table.rows().front();
    auto& settings = draft.form.settings;
    for (const auto& [column, value] : row.cells) settings.emplace(column->key, value);
    if (row.has("form_id") && row.has("id_string"))
        draft.warn(table.name(), table.headerRow(), row.header("id_string"),
                   "The form's id is given twice, as form_id and as id_string. \"" +
                       row.text("form_id") + "\" is used; remove the other.");
    if (settings.count("form_id") == 0 && row.has("id_string"))
        settings["form_id"] = row.text("id_string");
    if (row.has("name") && !isXmlName(row.text("name")))
        draft.error(table.name(), row.number, row.header("name"),
                    "\"" + row.text("name") + "\" cannot be a name. " + kNameRule);
    if (isYes(row.text("omit_instanceID")) && row.has("public_key"))
        draft.error(table.name(), row.number, row.header("omit_instanceID"),
                    "An encrypted form needs its instanceID. Remove omit_instanceID.");
    draft.cleansText = !row.has("clean_text_values") || isYes(row.text("clean_text_values"));
    draft.form.instanceName = plainExpression(row.text("instance_name"));
    draft.form.title = row.text("form_title");
    draft.form.versionText = row.text("version");
    draft.form.defaultLanguage = row.text("default_language");
    draft.form.style = row.text("style");
}

void readChoices(const XlsTable& table, FormDraft& draft,
                 std::map<std::string, ChoiceList>& lists) {
    if (!table.rows().empty()) {
        for (const char* needed : {"list_name", "name"}) {
            if (!table.hasColumn(needed))
                return draft.error(
                    table.name(), table.headerRow(), needed,
                    "The sheet \"" + table.name() + "\" has no column \"" + needed +
                        "\". Its first row names the columns: list_name, name, label.");
        }
    }
    const bool duplicates = allowsDuplicates(draft);
    std::map<std::string, std::set<std::string>> names;
    std::size_t count = 0;
    for (const auto& row : table.rows()) {
        if (++count > kMaxChoices)
            return draft.error(
                table.name(), row.number, "",
                "A form can have 200,000 choices at most. Keep long lists in a .csv file and use "
                "select_one_from_file.");
        const std::string listName = plainExpression(row.text("list_name"));
        if (listName.empty()) {
            if (row.has("name") && row.has("label"))
                draft.warn(
                    table.name(), row.number, "list_name",
                    "The choice \"" + row.text("name") + "\" is left out: it names no list.");
            continue;
        }
        ChoiceList& list = lists[listName];
        list.name = listName;
        Choice choice = readChoice(row);
        if (choice.name.empty()) {
            draft.error(table.name(), row.number, "name",
                        "A choice of the list \"" + listName + "\" has no name. Write one.");
            continue;
        }
        if (choice.label.empty() && choice.media.empty() && &lists == &draft.form.lists)
            draft.warn(
                table.name(), row.number, "label",
                "The choice \"" + choice.name + "\" has no label, so people will see its name.");
        // Lists of external_choices repeat names under different filters, as their programs allow.
        if (&lists == &draft.form.lists && !names[listName].insert(choice.name).second &&
            !duplicates)
            draft.error(table.name(), row.number, row.header("name"),
                        "The choice \"" + choice.name + "\" is twice in the list \"" + listName +
                            "\". Rename one of them, or set allow_choice_duplicates to yes in the "
                            "settings.");
        list.choices.push_back(std::move(choice));
    }
}

}  // namespace sotay
