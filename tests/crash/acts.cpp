#include "tests/crash/acts.h"

#include "schema/position.h"
#include "tests/support/markdown_form.h"
#include "tests/support/workbook_file.h"

namespace sotay {
namespace {

Status setAnswers(Notebook& notebook, const std::string& formId, const Typed& typed,
                  Answers& answers) {
    auto fields = notebook.fields(formId);
    if (!fields.ok()) return fields.error();
    for (const auto& [path, text] : typed) {
        const Field* field = fields->byPath(path);
        if (!field) return Error{Code::NotFound, "no field " + path};
        auto value = parseValue(field->type, text);
        if (!value.ok()) return value.error();
        answers.values[{path, {}}] = *value;
    }
    return {};
}

}  // namespace

std::string coopWorkbook(bool isSecondVersion) {
    const std::string more = isSecondVersion ? "| | text | leader | Leader | | | |\n" : "";
    return workbookBytes(markdownWorkbook(R"(
| survey | | | | | | |
| | type | name | label | summary | area | constraint |
| | text | name | Name | yes | | |
| | text | area | Commune | | yes | |
| | integer | members | Members | | | . >= 0 |
| | text | phone | Phone | | | |
| | decimal | income | Income | | | |
)" + more + R"(
| | begin repeat | loans | Loans | | | |
| | integer | amount | Amount | | | |
| | text | source | Source | | | |
| | end repeat | | | | | |
| settings | | |
| | form_id | form_title |
| | coop | Co-operative |
)"));
}

Status createRecord(CrashWorld& world, const std::string& laptop, const std::string& name,
                    const Typed& typed) {
    Notebook& notebook = world.laptop(laptop);
    OpenRecord opened = notebook.openNew("coop");
    Answers answers;
    if (Status set = setAnswers(notebook, "coop", typed, answers); !set.ok()) return set;
    world.named[name] = opened.record;
    return statusOf(notebook.save(opened, answers));
}

Status createMany(CrashWorld& world, const std::string& laptop, std::size_t count) {
    Notebook& notebook = world.laptop(laptop);
    std::vector<Answers> many(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::string number = std::to_string(i);
        Typed typed = {{"/name", "HTX số " + number},
                       {"/members", std::to_string(i * 37 % 500)},
                       {"/phone", "09" + std::to_string(i * 7'654'321 % 100'000'000)}};
        if (Status set = setAnswers(notebook, "coop", typed, many[i]); !set.ok()) return set;
    }
    return statusOf(notebook.saveNew("coop", many));
}

Status editRecord(CrashWorld& world, const std::string& laptop, const std::string& name,
                  const Typed& typed) {
    Notebook& notebook = world.laptop(laptop);
    auto opened = notebook.openRecord(world.named.at(name));
    if (!opened.ok()) return opened.error();
    Answers answers = opened->answers;
    if (Status set = setAnswers(notebook, opened->formId, typed, answers); !set.ok()) return set;
    return statusOf(notebook.save(*opened, answers));
}

Status addLoan(CrashWorld& world, const std::string& laptop, const std::string& name,
               const std::string& amount) {
    Notebook& notebook = world.laptop(laptop);
    auto opened = notebook.openRecord(world.named.at(name));
    if (!opened.ok()) return opened.error();
    Answers answers = opened->answers;
    auto& items = answers.items[{"/loans", {}}];
    RepeatItem item{notebook.openNew("coop").record,
                    positionBetween(items.empty() ? "" : items.back().position, "")};
    items.push_back(item);
    auto value = parseValue(ValueType::Integer, amount);
    if (!value.ok()) return value.error();
    answers.values[{"/loans/amount", {item.id}}] = *value;
    return statusOf(notebook.save(*opened, answers));
}

Status keepDraft(CrashWorld& world, const std::string& laptop, const std::string& name,
                 const Typed& typed) {
    Notebook& notebook = world.laptop(laptop);
    auto opened = notebook.openRecord(world.named.at(name));
    if (!opened.ok()) return opened.error();
    return notebook.saveDraft(
        {opened->record, opened->formId, false, typed, opened->seen, opened->tip, 0});
}

Status resolveFirst(CrashWorld& world, const std::string& laptop, Decision::Kind kind,
                    const std::string& value) {
    Notebook& notebook = world.laptop(laptop);
    auto conflicts = notebook.conflicts();
    if (!conflicts.ok()) return conflicts.error();
    if (conflicts->empty()) return Error{Code::NotFound, "there is no conflict"};
    Decision decision{kind, {}, value, "đã hỏi xã"};
    return statusOf(notebook.resolve(conflicts->front().id, decision));
}

}  // namespace sotay
