// links: sotay_schema
#include <nlohmann/json.hpp>
#include <sstream>

#include "schema/fields.h"
#include "schema/session.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/markdown_form.h"

namespace sotay {
namespace {

constexpr std::size_t kMostAnswers = 60;

SessionContext context() {
    SessionContext context;
    context.nowMs = 1'795'309'200'000;
    context.newId = [next = std::make_shared<std::uint8_t>(0)] {
        Id id;
        id.bytes[15] = ++*next;
        return id;
    };
    context.readFile = [](const std::string& file) -> std::optional<std::string> {
        if (file.find("json") != std::string::npos)
            return R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":)"
                   R"({"id":"a"},"geometry":{"type":"Point","coordinates":[107.2,16.7]}}]})";
        return "name,label,list_name\na,A,l\nb,\"B, b\",l\n";
    };
    return context;
}

// Answers what can be answered, rightly and wrongly, with a second item in each repeat.
void fill(FormSession& session) {
    static constexpr const char* kTyped[] = {"1",  "a b",          "2026-11-22", "",
                                             "-3", "16.75 107.18", "10:30",      "other"};
    std::size_t turn = 0;
    for (const auto& view : session.view()) {
        if (turn == kMostAnswers) break;
        const auto typed = kTyped[turn++ % std::size(kTyped)];
        if (view.node->kind == NodeKind::Repeat && view.path.back() != ']')
            (void)session.addItem(view.path);
        else if (view.node->kind == NodeKind::Question)
            (void)session.setAnswer(view.path, typed);
        (void)session.choices(view.path);
    }
    for (const auto& view : session.view()) {
        if (view.path.size() > 3 && view.path.ends_with("[1]")) {
            (void)session.removeItem(view.path);
            break;
        }
    }
}

}  // namespace

std::size_t fuzzMemory() { return 128u << 20; }

void fuzzOne(std::string_view input) {
    const auto reading = markdownForm(input);
    if ((reading.form != nullptr) == hasErrors(reading.problems))
        broken("a form is refused for a reason, and only then");
    if (!reading.form) return;
    const auto table = extendFields({}, *reading.form);
    const auto again = extendFields(table, *reading.form);
    if (again.fingerprint() != table.fingerprint()) broken("the same form keeps its ordinals");
    auto session = FormSession::create(reading.form, context(), nullptr);
    if (!session.ok()) broken("a form that is accepted can be filled in");
    fill(**session);
    const auto answers = (*session)->answers();
    for (const auto& [key, value] : answers.values)
        if (!table.byPath(key.path)) broken("what is stored has a field");
    auto reopened = FormSession::create(reading.form, context(), &answers);
    if (!reopened.ok()) broken("what was saved can be opened");
    (void)(*reopened)->view();
    (*reopened)->setLanguage("vi");
}

std::vector<std::string> fuzzSeeds() {
    std::vector<std::string> seeds = {
        R"(| survey |
| | type | name | label::English (en) | label::Tiếng Việt (vi) | relevant | constraint | calculation | required | default | trigger | choice_filter | appearance | parameters | repeat_count | warning | warning_message |
| | start | start | | | | | | | | | | | | | | |
| | text | who | Name | Tên | | string-length(.) < 40 | | yes | | | | | | | | |
| | integer | age | Age ${who} | Tuổi | ${who} != '' | . >= 0 and . < 120 | | | 18 | | | | | | . > 90 | Old |
| | select_one c | crop | Crop | Cây | | | | | | | kind = ${who} | minimal | randomize=true seed=3 | | | |
| | select_multiple c or_other | crops | Crops | Các cây | selected(${crop}, 'a') | count-selected(.) < 3 | | | | | | | | | | |
| | range | score | Score | Điểm | | | | | | | | | start=1 end=10 step=0.5 | | | |
| | begin repeat | m | Members | Thành viên | | | | | | | | | | ${age} div 10 | | |
| | text | n | Name | Tên | position(..) > 1 | | | | concat('m', position(..)) | | | | | | | |
| | calculate | stamp | | | | | now() | | | ${n} | | | | | | |
| | calculate | c | | | | | once(random()) + count(${m}) | | | | | | | | | |
| | end repeat | | | | | | | | | | | | | | | |
| | calculate | total | | | | | sum(${c}) + indexed-repeat(${c}, ${m}, 1) | | | | | | | | | |
| | rank c | r | Rank | Xếp hạng | | | | | | | | | | | | |
| | select_one_from_file f.csv | f | From file | Từ tệp | | | | | | | name != 'a' | | value=name | | | |
| | geopoint | g | Where | Ở đâu | | | | | | | | | allow-mock-accuracy=true | | | |
| choices |
| | list_name | name | label::English (en) | label::Tiếng Việt (vi) | kind | image |
| | c | a | Rice | Lúa | 1 | a.png |
| | c | b | Tea | Chè | x | |
| settings |
| | form_title | form_id | version | default_language | instance_name |
| | Test | test | 3 | English (en) | concat(${who}, ' ', ${age}) |
)",
        R"(| survey |
| | type | name | label | relevance | list_name | save_to |
| | begin group | g | G | | | |
| | begin loop over c | l | | | | |
| | integer | count_%(name)s | How many %(label)s | | | |
| | end loop | | | | | |
| | end group | | | | | |
| | select_one ${n} | s | Pick | | | p |
| | begin_repeat | r | R | | | |
| | text | n | N | | | |
| | end_repeat | | | | | |
| | osm tags | o | O | | | |
| | xml-external | x | | | | |
| | csv-external | y | | | | |
| | audit | audit | | | | |
| choices |
| | list name | name | label |
| | c | a | A |
| | c | b | B ${n} |
| entities |
| | dataset | label |
| | trees | a |
)"};
    for (auto& page : filesFor(std::string(SOTAY_SOURCE_DIR) + "/assets/forms", ".md"))
        seeds.push_back(std::move(page));
    for (const auto& cases : sharedFilesFor("conformance", "xlsform_cases.jsonl")) {
        std::istringstream lines(cases);
        for (std::string line; std::getline(lines, line);) {
            const auto one = nlohmann::json::parse(line, nullptr, false);
            if (one.is_object() && one.contains("md")) seeds.push_back(one["md"]);
        }
    }
    return seeds;
}

}  // namespace sotay
