#include "schema/xlsform.h"

#include <algorithm>
#include <fstream>
#include <optional>

#include "schema/ascii_text.h"
#include "schema/nearest_name.h"
#include "schema/session_plan.h"
#include "schema/workbook_package.h"
#include "schema/xlsform_draft.h"

namespace sotay {

const char* const kNameRule =
    "A name begins with a letter or \"_\" and goes on with letters, digits, \"_\", \"-\" or \".\", "
    "without spaces.";

namespace {

std::optional<XlsTable> tableOf(const Workbook& workbook, std::string_view name, SheetKind kind,
                                Problems& problems) {
    const Sheet* sheet = findSheet(workbook, name);
    if (!sheet) return {};
    return XlsTable(*sheet, kind, problems);
}

void addLanguages(const XlsTable& table, std::vector<std::string>& languages) {
    for (const auto& column : table.columns()) {
        if (!column.isTranslatable || column.language.empty()) continue;
        if (std::find(languages.begin(), languages.end(), column.language) == languages.end())
            languages.push_back(column.language);
    }
}

void warnOfMisspelled(const FormDraft& draft, const std::string& wanted, Problems& problems) {
    const std::string similar = similarSheets(draft, wanted);
    if (similar.empty()) return;
    problems.push_back({Problem::Severity::Warning, "", 0, "",
                        "There is no sheet named \"" + wanted + "\"." + similar +
                            " Rename it, or begin its name with \"_\" when it is a note."});
}

void checkDefaultLanguage(const XlsTable* settings, FormDraft& draft) {
    const auto& languages = draft.form.languages;
    const auto& wanted = draft.form.defaultLanguage;
    if (!settings || wanted.empty() || languages.empty()) return;
    if (std::find(languages.begin(), languages.end(), wanted) != languages.end()) return;
    draft.warn(
        settings->name(), settings->rows().front().number, "default_language",
        "No column is in the default language \"" + wanted + "\"" + didYouMean(wanted, languages));
}

// What was left out is counted, so that nobody takes a part for the whole.
void countTheRest(FormDraft& draft) {
    if (draft.errors > kMaxProblems)
        draft.problems.push_back(
            {Problem::Severity::Error, draft.surveySheet, 0, "",
             "There are " + std::to_string(draft.errors - kMaxProblems) + " more errors."});
    if (draft.warnings > kMaxProblems)
        draft.problems.push_back(
            {Problem::Severity::Warning, draft.surveySheet, 0, "",
             "There are " + std::to_string(draft.warnings - kMaxProblems) + " more warnings."});
}

FormReading refused(std::string message) {
    FormReading reading;
    reading.problems.push_back({Problem::Severity::Error, "", 0, "", std::move(message)});
    return reading;
}

// Errors first to last as the author meets them: by sheet, then by row.
void sortProblems(Problems& problems, const FormDraft& draft) {
    auto rank = [&](const Problem& problem) {
        for (std::size_t i = 0; i < draft.sheetNames.size(); ++i)
            if (draft.sheetNames[i] == problem.sheet) return static_cast<int>(i);
        return -1;
    };
    std::stable_sort(problems.begin(), problems.end(), [&](const Problem& a, const Problem& b) {
        const int left = rank(a), right = rank(b);
        return left != right ? left < right : a.row < b.row;
    });
}

}  // namespace

const Sheet* findSheet(const Workbook& workbook, std::string_view name) {
    for (const auto& sheet : workbook.sheets) {
        if (asciiLowered(sheet.name) == name) return &sheet;
    }
    return nullptr;
}

std::string similarSheets(const FormDraft& draft, const std::string& wanted) {
    std::string list;
    int count = 0;
    for (const auto& name : draft.sheetNames) {
        if (name.empty() || name[0] == '_' || asciiLowered(name) == "survey" ||
            asciiLowered(name) == "choices" || asciiLowered(name) == "settings" ||
            asciiLowered(name) == "entities" || asciiLowered(name) == "external_choices")
            continue;
        if (nearestName(name, {wanted}).empty()) continue;
        list += (list.empty() ? "\"" : ", \"") + name + "\"";
        ++count;
    }
    if (count == 0) return {};
    return count == 1 ? " The sheet " + list + " has a similar name."
                      : " The sheets " + list + " have similar names.";
}

bool isXmlName(std::string_view name) {
    if (name.empty()) return false;
    const auto first = static_cast<unsigned char>(name[0]);
    if (!(std::isalpha(first) || first == '_' || first >= 0x80)) return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return std::isalnum(byte) || byte >= 0x80 || c == '_' || c == '-' || c == '.' || c == ':';
    });
}

FormReading readForm(const Workbook& workbook, const std::string& name,
                     const std::map<std::string, std::string>& filesBeside) {
    FormDraft draft;
    draft.filesBeside = filesBeside;
    for (const auto& sheet : workbook.sheets) draft.sheetNames.push_back(sheet.name);
    auto survey = tableOf(workbook, "survey", SheetKind::Survey, draft.problems);
    if (!survey)
        return refused("The workbook has no sheet named \"survey\"." +
                       similarSheets(draft, "survey") +
                       " Its first row names the columns (type, name, label), each further row is "
                       "a question.");
    draft.surveySheet = survey->name();
    if (!survey->hasColumn("type"))
        draft.error(survey->name(), survey->headerRow(), "type",
                    "The survey has no column \"type\". Its first row has to name the columns: "
                    "type, name, label.");
    auto settings = tableOf(workbook, "settings", SheetKind::Settings, draft.problems);
    auto choices = tableOf(workbook, "choices", SheetKind::Choices, draft.problems);
    auto external =
        tableOf(workbook, "external_choices", SheetKind::ExternalChoices, draft.problems);
    auto entities = tableOf(workbook, "entities", SheetKind::Entities, draft.problems);

    Form& form = draft.form;
    if (settings)
        readSettings(*settings, draft);
    else
        warnOfMisspelled(draft, "settings", draft.problems);
    addLanguages(*survey, form.languages);
    if (choices) {
        addLanguages(*choices, form.languages);
        draft.choicesSheet = choices->name();
        draft.hasChoices = true;
        readChoices(*choices, draft, form.lists);
    }
    if (external) {
        draft.hasExternalChoices = true;
        readChoices(*external, draft, draft.externalLists);
    }
    if (survey->hasColumn("type")) readSurvey(*survey, draft);
    checkEntities(entities ? &*entities : nullptr, draft);
    checkReferences(choices ? &*choices : nullptr, settings ? &*settings : nullptr,
                    entities ? &*entities : nullptr, draft);
    checkDefaultLanguage(settings ? &*settings : nullptr, draft);
    if (form.defaultLanguage.empty() && !form.languages.empty())
        form.defaultLanguage = form.languages.front();
    checkTranslations(*survey, form.languages, draft);
    if (choices) checkTranslations(*choices, form.languages, draft);

    auto setting = [&](const char* key) {
        auto found = form.settings.find(key);
        return found == form.settings.end() ? std::string() : found->second;
    };
    form.id = setting("form_id").empty() ? name : setting("form_id");
    form.title = setting("form_title").empty() ? form.id : setting("form_title");
    FormReading reading;
    sortProblems(draft.problems, draft);
    countTheRest(draft);
    if (!hasErrors(draft.problems)) {
        auto whole = std::make_shared<Form>(std::move(form));
        // Expressions and what depends on what; only of use once all names are right.
        for (auto& problem : FormPlan::prepare(whole)) draft.problems.push_back(std::move(problem));
        sortProblems(draft.problems, draft);
        if (!hasErrors(draft.problems)) reading.form = std::move(whole);
    }
    reading.problems = std::move(draft.problems);
    return reading;
}

FormReading readForm(std::span<const std::byte> xlsx, const std::string& name) {
    auto workbook = readWorkbook(xlsx);
    return workbook.ok() ? readForm(*workbook, name) : refused(workbook.error().message);
}

FormReading readFormFile(const std::filesystem::path& file) {
    std::error_code bad;
    const auto size = std::filesystem::file_size(file, bad);
    if (bad) return refused("The file cannot be read: " + bad.message() + ".");
    if (size > kMaxFileBytes)
        return refused("The file is larger than 64 MiB; no questionnaire is.");
    std::vector<std::byte> bytes(size);
    std::ifstream in(file, std::ios::binary);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (!in) return refused("The file cannot be read.");
    auto workbook = readWorkbook(bytes);
    if (!workbook.ok()) return refused(workbook.error().message);

    auto utf8 = [](const std::filesystem::path& path) {
        const auto text = path.u8string();
        return normaliseText({reinterpret_cast<const char*>(text.data()), text.size()});
    };
    std::map<std::string, std::string> beside;
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    std::filesystem::directory_iterator at(folder, bad), end;
    for (; !bad && at != end; at.increment(bad)) {
        const auto& entry = at->path();
        const auto text = entry.u8string();
        beside[utf8(entry.filename())] =
            std::string(reinterpret_cast<const char*>(text.data()), text.size());
    }
    return readForm(*workbook, utf8(file.stem()), beside);
}

}  // namespace sotay
