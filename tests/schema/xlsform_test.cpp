#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/markdown_form.h"

using namespace sotay;

namespace {

const Problem* find(const FormReading& reading, const std::string& part) {
    for (const auto& problem : reading.problems)
        if (problem.message.find(part) != std::string::npos) return &problem;
    return nullptr;
}

// The form, which must load without any error.
std::shared_ptr<const Form> loaded(const std::string& markdown) {
    auto reading = markdownForm(markdown);
    for (const auto& problem : reading.problems)
        if (problem.severity == Problem::Severity::Error) FAIL(shown(problem));
    REQUIRE(reading.form);
    return reading.form;
}

struct Wrong {
    const char* markdown;
    const char* sheet;
    int row;
    const char* column;
    const char* part;  // of the message
};

void checkRefused(const Wrong& wrong) {
    CAPTURE(wrong.markdown);
    const auto reading = markdownForm(wrong.markdown);
    CHECK(!reading.form);
    const Problem* problem = find(reading, wrong.part);
    REQUIRE_MESSAGE(problem,
                    (reading.problems.empty() ? "no problem" : shown(reading.problems.front())));
    CHECK(problem->severity == Problem::Severity::Error);
    CHECK(problem->sheet == wrong.sheet);
    CHECK(problem->row == wrong.row);
    CHECK(problem->column == wrong.column);
}

const std::string kChoices =
    "\n| choices |\n| | list_name | name | label |\n| | yn | yes | Có |\n| | yn | no | Không |\n";

}  // namespace

TEST_CASE("XLSForm: every column of the survey has its place, whatever it is called") {
    const auto form = loaded(
        "| survey |\n"
        "| | type | name | caption::Tiếng Việt (vi) | label::English (en) | hint | guidance_hint | "
        "constraint | "
        "constraint message | requiredMsg | required | relevance | read only | calculate | default "
        "| appearance | "
        "media::image::English (en) | audio | parameters | warning | warning_message::Tiếng Việt "
        "(vi) | identity | "
        "summary | area | bind::foo |\n"
        "| | integer | members | Số thành viên | Members | hint | guide | . > 0 | Too few | Needed "
        "| yes | 1 = 1 | "
        "no | | 7 | minimal | m.png | m.mp3 | | . > 1000 | Nhiều quá? | yes | TRUE | x | bar |\n");
    const Node& node = *form->find("/members");

    CHECK(node.label.in("Tiếng Việt (vi)") == "Số thành viên");
    CHECK(node.label.in("English (en)") == "Members");
    CHECK(node.hint.in("") == "hint");
    CHECK(node.guidance.in("") == "guide");
    CHECK(node.constraint == ". > 0");
    CHECK(node.constraintMessage.in("") == "Too few");
    CHECK(node.requiredMessage.in("") == "Needed");
    CHECK(node.required == "true()");
    CHECK(node.readOnly == "false()");
    CHECK(node.relevant == "1 = 1");
    CHECK(node.defaultValue == "7");
    CHECK(node.appearance == "minimal");
    CHECK(node.media.at("image").in("English (en)") == "m.png");
    CHECK(node.media.at("audio").in("") == "m.mp3");
    CHECK(node.warning == ". > 1000");
    CHECK(node.warningMessage.in("Tiếng Việt (vi)") == "Nhiều quá?");
    CHECK(node.identity);
    CHECK(node.summary);
    CHECK(node.area);
    CHECK(node.otherColumns.at("bind::foo") == "bar");
    CHECK(form->languages == std::vector<std::string>{"Tiếng Việt (vi)", "English (en)"});
    CHECK(form->defaultLanguage == "Tiếng Việt (vi)");
}

TEST_CASE("XLSForm: old forms name languages after a single colon") {
    const auto form = loaded(
        "| survey |\n| | type | name | label:Tiếng Việt | jr:constraintMsg | bind:relevant |\n"
        "| | text | a | Tên | Sai | true() |\n");
    const Node& node = *form->find("/a");

    CHECK(node.label.in("Tiếng Việt") == "Tên");
    CHECK(node.constraintMessage.in("") == "Sai");
    CHECK(node.relevant == "true()");
}

TEST_CASE("XLSForm: settings name the form, under old and new names") {
    const auto form = loaded(
        "| survey |\n| | type | name | label |\n| | text | a | A |\n"
        "| Settings |\n| | Form ID | title | version | default_language | instance_name | style |\n"
        "| | htx | Hồ sơ | 3 | vi | ${a} | pages |\n");

    CHECK(form->id == "htx");
    CHECK(form->title == "Hồ sơ");
    CHECK(form->versionText == "3");
    CHECK(form->defaultLanguage == "vi");
    CHECK(form->instanceName == "${a}");
    CHECK(form->style == "pages");
    CHECK(loaded("| survey |\n| | type | name | label |\n| | text | a | A |\n")->id == "test");
}

TEST_CASE("XLSForm: choices keep their other columns and media, and lists their order") {
    const auto form = loaded(
        "| survey |\n| | type | name | label | choice_filter |\n"
        "| | select_one tỉnh | p | P | |\n| | select_one xã | c | C | tỉnh = ${p} |\n"
        "| choices |\n| | list name | value | label::vi | image | tỉnh |\n| | tỉnh | 01 | Hà Nội | "
        "hn.png | |\n"
        "| | xã | 7 | Ba Đình | | 01 |\n| | xã | 5 | Tây Hồ | | 01 |\n");
    const auto& list = form->lists.at("xã");

    REQUIRE(list.choices.size() == 2);
    CHECK(list.choices[0].name == "7");
    CHECK(list.choices[1].name == "5");
    CHECK(list.choices[0].columns.at("tỉnh") == "01");
    CHECK(list.choices[0].row == 3);
    CHECK(form->lists.at("tỉnh").choices[0].media.at("image") == "hn.png");
    CHECK(form->find("/c")->listName == "xã");
    CHECK(form->find("/c")->choiceFilter == "tỉnh = ${p}");
}

TEST_CASE("XLSForm: \"or other\" adds a choice and a question, in the form's languages") {
    const auto form = loaded(
        "| survey |\n| | type | name | label::Tiếng Việt (vi) | label::English (en) |\n"
        "| | select_one yn or_other | q | Hỏi | Ask |\n"
        "| choices |\n| | list_name | name | label::Tiếng Việt (vi) | label::English (en) |\n"
        "| | yn | yes | Có | Yes |\n");

    const auto& other = form->lists.at("yn").choices.back();
    CHECK(other.name == "other");
    CHECK(other.label.in("Tiếng Việt (vi)") == "Khác");
    CHECK(other.label.in("English (en)") == "Other");
    REQUIRE(form->find("/q_other"));
    CHECK(form->find("/q_other")->relevant == "selected(../q, 'other')");
    CHECK(form->find("/q_other")->isStored());
}

TEST_CASE("XLSForm: files beside the workbook are found, and missed with a warning") {
    const auto workbook = markdownWorkbook(
        "| survey |\n| | type | name | label | calculation |\n| | select_one_from_file xã.csv | c "
        "| C | |\n"
        "| | csv-external | giá | | |\n| | calculate | v | | pulldata('loài', 'tên', 'mã', ${c}) "
        "|\n");

    const auto reading = readForm(workbook, "f", {{"xã.csv", "/forms/xã.csv"}});

    REQUIRE(reading.form);
    CHECK(reading.form->files.at("xã.csv") == "/forms/xã.csv");
    CHECK(reading.form->files.at("giá.csv").empty());
    CHECK(reading.form->files.at("loài.csv").empty());
    CHECK(reading.form->lists.at("xã.csv").file == "xã.csv");
    REQUIRE(find(reading, "\"giá.csv\" is not beside"));
    CHECK(find(reading, "\"giá.csv\" is not beside")->row == 3);
    CHECK(!find(reading, "\"xã.csv\" is not beside"));
}

TEST_CASE(
    "XLSForm: what word processors do to quotes and spaces is undone in expressions, not in "
    "texts") {
    const auto form = loaded(
        "| survey |\n| | type | name | label | relevant |\n| | text | a | “Sổ tay” | |\n"
        "| | text | b | B | ${a} =\xC2\xA0‘x’ |\n");

    CHECK(form->find("/a")->label.in("") == "“Sổ tay”");
    CHECK(form->find("/b")->relevant == "${a} = 'x'");
}

TEST_CASE(
    "XLSForm: blank lines, remarks and switched-off lines are passed over, rows keep their "
    "numbers") {
    const auto form = loaded(
        "| survey |\n| | | | |\n| | type | name | label | remark | disabled |\n| | | | | note | |\n"
        "| | text | a | A | | |\n| | | | | | |\n| | text | a | A | | yes |\n| | text | b | B | | "
        "|\n");

    CHECK(form->find("/a")->row == 4);
    CHECK(form->find("/b")->row == 7);
    CHECK(form->questionCount() == 2);
}

TEST_CASE("XLSForm: the name of a list in a merged cell counts for all of its rows") {
    auto workbook = markdownWorkbook(
        "| survey |\n| | type | name | label |\n| | select_one yn | a | A |\n"
        "| choices |\n| | list_name | name | label |\n| | yn | 1 | One |\n"
        "| | | 2 | Two |\n| | | 3 | Three |\n");
    workbook.sheets[1].merged.push_back({1, 0, 2, 0});

    const auto reading = readForm(workbook, "f");

    REQUIRE(reading.form);
    CHECK(reading.form->lists.at("yn").choices.size() == 2);
    REQUIRE(find(reading, "names no list"));
    CHECK(find(reading, "names no list")->row == 4);
}

TEST_CASE("XLSForm: a loop becomes a group for each choice") {
    const auto form = loaded(
        "| survey |\n| | type | name | label |\n| | begin_loop over yn | l | |\n"
        "| | integer | n | How many %(label)s? |\n| | end_loop | | |\n" +
        kChoices);

    REQUIRE(form->find("/l/yes/n"));
    CHECK(form->find("/l/no/n")->label.in("") == "How many Không?");
}

TEST_CASE("XLSForm: what is wrong is named by sheet, row and column, with what to do") {
    const std::string head = "| survey |\n| | type | name | label | relevant |\n";
    const std::vector<std::pair<std::string, Wrong>> cases = {
        {"| choices |\n| | list_name | name |\n", {"", "", 0, "", "no sheet named \"survey\""}},
        {"| survey |\n| | name | label |\n| | a | A |\n",
         {"", "survey", 1, "type", "no column \"type\""}},
        {head + "| | | a | A | |\n", {"", "survey", 2, "type", "has no type"}},
        {head + "| | text | | A | |\n", {"", "survey", 2, "name", "has no name"}},
        {head + "| | text | a b | A | |\n", {"", "survey", 2, "name", "\"a b\" cannot be a name"}},
        {head + "| | text | 1a | A | |\n", {"", "survey", 2, "name", "\"1a\" cannot be a name"}},
        {head + "| | text | a | A | |\n| | text | a | B | |\n",
         {"", "survey", 3, "name", "already a \"a\""}},
        {head + "| | intger | a | A | |\n", {"", "survey", 2, "type", "Did you mean \"integer\"?"}},
        {head + "| | begin_group | g | G | |\n",
         {"", "survey", 2, "type", "group \"g\" is never closed"}},
        {head + "| | end_group | | | |\n", {"", "survey", 2, "type", "closes nothing"}},
        {head + "| | begin_repeat | r | R | |\n| | end_group | | | |\n| | end_repeat | | | |\n",
         {"", "survey", 3, "type", "the repeat \"r\" of row 2 is still open"}},
        {head + "| | text | members | M | |\n| | text | b | B | ${member} > 1 |\n",
         {"", "survey", 3, "relevant", "Did you mean \"members\"?"}},
        {head + "| | text | a | Say ${nothing_like} | |\n",
         {"", "survey", 2, "label", "points to nothing"}},
        {head + "| | text | a | A | ${a |\n", {"", "survey", 2, "relevant", "never closed"}},
        {head + "| | text | a | A | 1 + |\n", {"", "survey", 2, "relevant", "a"}},
        {head + "| | select_one yno | a | A | |\n" + kChoices,
         {"", "survey", 2, "type", "no list \"yno\" in the choices sheet. Did you mean \"yn\"?"}},
        {head + "| | select_one yn | a | A | |\n| choics |\n| | list_name | name |\n| | yn | 1 |\n",
         {"", "survey", 2, "type", "\"choics\" has a similar name"}},
        {head + "| | select_one | a | A | |\n",
         {"", "survey", 2, "type", "does not name its list"}},
        {head + "| | calculate | a | | |\n", {"", "survey", 2, "calculation", "is missing"}},
        {head + "| | select_one yn | a | A | |\n| choices |\n| | list_name | name | label |\n| | "
                "yn | 1 | A |\n"
                "| | yn | 1 | B |\n",
         {"", "choices", 3, "name", "\"1\" is twice in the list \"yn\""}},
        {head + "| | select_multiple yn | a | A | |\n| choices |\n| | list_name | name | label |\n"
                "| | yn | a b | A |\n",
         {"", "choices", 2, "name", "has a space in its name"}},
        {"| survey |\n| | type | name | label | label |\n| | text | a | A | B |\n",
         {"", "survey", 1, "label", "is there twice"}},
        {"| survey |\n| | type | name | label | parameters |\n| | range | a | A | start=1 end=x "
         "|\n",
         {"", "survey", 2, "parameters", "\"end\" of the range \"a\" has to be a number"}},
        {"| survey |\n| | type | name | label | calculation |\n| | calculate | a | | ${b} + 1 |\n"
         "| | calculate | b | | ${a} + 1 |\n",
         {"", "survey", 2, "", "in a circle"}},
    };
    for (const auto& [markdown, wrong] : cases) {
        Wrong each = wrong;
        each.markdown = markdown.c_str();
        checkRefused(each);
    }
}

TEST_CASE("XLSForm: what may be a slip is a warning, and the form loads") {
    const auto reading = markdownForm(
        "| survey |\n| | type | name | label::vi | label::en | relevent |\n| | text | a | A | | |\n"
        "| | caseid | b | B | B | |\n| | barcode | c | C | C | |\n| | text | A | A | A | |\n" +
        kChoices + "| setings |\n| | form_id |\n| | x |\n");

    REQUIRE(reading.form);
    struct Expected {
        const char* part;
        const char* sheet;
        int row;
    };
    for (const auto& each : {Expected{"Did you mean \"relevant\"?", "survey", 1},
                             Expected{"The text in \"en\" is missing here.", "survey", 2},
                             Expected{"\"caseid\" is of another program", "survey", 3},
                             Expected{"no barcode camera", "survey", 4},
                             Expected{"differs from another name only in", "survey", 5},
                             Expected{"No question uses the list \"yn\"", "choices", 2},
                             Expected{"\"setings\" has a similar name", "", 0}}) {
        CAPTURE(each.part);
        const Problem* problem = find(reading, each.part);
        REQUIRE(problem);
        CHECK(problem->severity == Problem::Severity::Warning);
        CHECK(problem->sheet == each.sheet);
        CHECK(problem->row == each.row);
    }
    CHECK(reading.form->find("/b")->type == QuestionType::Unknown);
    CHECK(reading.form->find("/b")->typeText == "caseid");
}

TEST_CASE("XLSForm: problems come in the order of the workbook") {
    const auto reading = markdownForm(
        "| survey |\n| | type | name | label |\n| | text | a | ${x} |\n"
        "| | text | | B |\n| | nonsense here | c | C |\n");

    CHECK(std::is_sorted(reading.problems.begin(), reading.problems.end(),
                         [](const Problem& a, const Problem& b) { return a.row < b.row; }));
    CHECK(reading.problems.size() >= 3);
}

TEST_CASE("XLSForm: choices of external_choices are read for select_one_external") {
    const auto form = loaded(
        "| survey |\n| | type | name | label | choice_filter |\n| | text | p | P | |\n"
        "| | select_one_external xã | c | C | p=${p} |\n"
        "| external_choices |\n| | list_name | name | label | p |\n| | xã | 1 | Một | x |\n"
        "| | xã | 1 | Một | y |\n");

    CHECK(form->lists.at("xã").choices.size() == 2);
    CHECK(form->lists.at("xã").choices[1].columns.at("p") == "y");
}

TEST_CASE("XLSForm: a broken workbook of any size is refused quickly and in few words") {
    Workbook workbook;
    Sheet survey{"survey", {{"type", "name", "label"}}, {}};
    SUBCASE("groups within groups") {
        for (int i = 0; i < 100000; ++i)
            survey.rows.push_back({"begin_group", "g" + std::to_string(i), "G"});
    }
    SUBCASE("too many lines") {
        for (int i = 0; i < 30000; ++i)
            survey.rows.push_back({"text", "q" + std::to_string(i), "Q"});
    }
    SUBCASE("every reference points to nothing") {
        for (int i = 0; i < 5000; ++i)
            survey.rows.push_back(
                {"text", "q" + std::to_string(i), "${x" + std::to_string(i) + "}"});
    }
    workbook.sheets.push_back(std::move(survey));

    const auto reading = readForm(workbook, "f");

    CHECK(!reading.form);
    CHECK(hasErrors(reading.problems));
    CHECK(reading.problems.size() <= 1002);
}

TEST_CASE("XLSForm: a range without a step says what is wrong with the step it is given") {
    const auto reading = markdownForm(R"(
        | survey |
        |        | type  | name  | label | parameters    |
        |        | range | score | Score | start=1 end=1 |)");
    REQUIRE(!reading.form);
    CHECK(reading.problems.front().message.find("but it is 1 where none is given") !=
          std::string::npos);
}

TEST_CASE(
    "XLSForm: functions that there are not, and wrong arguments, are named while the form loads") {
    const auto reading = markdownForm(R"(
        | survey |
        |        | type      | name | label | relevant       | calculation       |
        |        | text      | a    | A     | nowhere(1) > 2 |                   |
        |        | calculate | b    |       |                | pow(${a})         |
        |        | calculate | c    |       |                | regex(${a}, '(a') |)");
    REQUIRE(reading.form);
    REQUIRE(reading.problems.size() == 3);
    CHECK(reading.problems[0].row == 2);
    CHECK(reading.problems[0].column == "relevant");
    CHECK(reading.problems[0].message.find("There is no function nowhere()") != std::string::npos);
    CHECK(reading.problems[1].message.find("pow() takes 2 arguments") != std::string::npos);
    CHECK(reading.problems[2].message.find("pattern") != std::string::npos);
}

TEST_CASE("XLSForm: every circle of questions is named, not only the first") {
    const auto reading = markdownForm(R"(
        | survey |
        |        | type        | name | label | relevant     | calculation |
        |        | text        | self | Self  | . = 'x'      |             |
        |        | calculate   | x    |       |              | ${y} + 1    |
        |        | calculate   | y    |       |              | ${x} + 1    |
        |        | begin_group | g    | G     | ${in} = 'x'  |             |
        |        | text        | in   | In    |              |             |
        |        | end_group   |      |       |              |             |
        |        | calculate   | z    |       |              | ${y} + 1    |)");
    REQUIRE(!reading.form);
    REQUIRE(reading.problems.size() == 3);
    CHECK(reading.problems[0].message.find("self (row 2) -> self.") != std::string::npos);
    CHECK(reading.problems[1].message.find("x (row 3) -> y (row 4) -> x.") != std::string::npos);
    CHECK(reading.problems[2].message.find("g (row 5) -> in (row 6) -> g.") != std::string::npos);
}
