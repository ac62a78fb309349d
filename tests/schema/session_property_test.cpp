#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "tests/schema/session_support.h"

using namespace sotay;
using namespace sotay::test;

namespace {

std::filesystem::path sharedFolder() {
    if (const char* given = std::getenv("SOTAY_SHARED")) return given;
    return std::filesystem::path(SOTAY_SOURCE_DIR) / ".." / "shared";
}

// All that a screen shows, so that two states can be compared.
std::string shown(const FormSession& session) {
    std::string text;
    for (const auto& view : session.view()) {
        text += view.path + '=' + view.value + (view.relevant ? "+" : "-") +
                (view.required ? "r" : "") + (view.readOnly ? "o" : "") + (view.valid ? "" : "!") +
                view.message + view.warning + view.label + '\n';
        if (view.node->listName.empty()) continue;
        for (const auto& choice : session.choices(view.path)) text += ' ' + choice.name;
    }
    return text;
}

// One line says more than two forms of six hundred.
std::string firstDifference(const std::string& a, const std::string& b) {
    if (a == b) return {};
    const auto at = static_cast<std::size_t>(
        std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
    const auto start = a.rfind('\n', at) + 1;
    return a.substr(start, a.find('\n', at) - start) + " | " +
           b.substr(start, b.find('\n', at) - start);
}

std::string someAnswer(const FormSession& session, const NodeView& view, std::mt19937& random) {
    const auto choices = session.choices(view.path);
    if (!choices.empty() && random() % 8 != 0) {
        auto names = choices[random() % choices.size()].name;
        if (view.node->type == QuestionType::SelectMultiple)
            names += " " + choices[random() % choices.size()].name;
        return names;
    }
    static const std::vector<std::string> kAnswers = {
        "",           "0",   "1",          "2",  "7",  "18", "-3",    "2.5",        "abc",
        "2020-02-29", "yes", "16.8 107.1", "40", "ấp", "OK", "08:30", "1 2;3 4;5 6"};
    return kAnswers[random() % kAnswers.size()];
}

void doSomething(FormSession& session, std::mt19937& random) {
    const auto views = session.view();
    if (views.empty()) return;
    const auto& view = views[random() % views.size()];
    if (view.node->kind == NodeKind::Repeat) {
        // Refusals (a repeat with a count) are as good as successes here.
        if (view.path.back() != ']') {
            (void)session.addItem(view.path);
        } else if (random() % 3 == 0) {
            (void)session.removeItem(view.path);
        }
        return;
    }
    if (view.node->kind == NodeKind::Question) {
        (void)session.setAnswer(view.path, someAnswer(session, view, random));
    }
}

bool repeatsItself(const Node& node) {
    for (const auto* text :
         {&node.calculation, &node.relevant, &node.constraint, &node.choiceFilter}) {
        for (const char* chance : {"random(", "uuid(", "once(", "randomize("}) {
            if (text->find(chance) != std::string::npos) return false;
        }
    }
    if (node.parameter.count("randomize") > 0) return false;
    for (const auto& child : node.children) {
        if (!repeatsItself(*child)) return false;
    }
    return true;
}

// Computing only what an answer touches gives what computing everything gives, and a record that is
// stored and opened again shows the same answers.
void fillAtRandom(const std::shared_ptr<const Form>& form, unsigned seed, int steps) {
    std::mt19937 random(seed);
    auto created = FormSession::create(form, testContext(), nullptr);
    if (!created.ok()) return;
    auto& session = **created;
    const bool isComparable = repeatsItself(form->root);
    for (int step = 0; step < steps; ++step) {
        doSomething(session, random);
        if (step % 10 != 9 || !isComparable) continue;
        const auto before = shown(session);
        session.setLanguage("");
        REQUIRE(firstDifference(before, shown(session)) == "");
    }
    const auto stored = session.answers();
    auto again = sessionOf(form, testContext(), &stored);
    if (isComparable) CHECK(again->answers().values == stored.values);
    CHECK_FALSE(again->isDirty());
}

const Rows kEverything = {
    {"type", "name", "label", "relevant", "calculation", "constraint", "required", "repeat_count",
     "choice_filter", "default", "trigger", "read_only"},
    {"integer", "n", "N", "", "", ". < 20", "", "", "", "2", "", ""},
    {"select_one l", "kind", "Kind", "${n} > 0", "", "", "yes", "", "", "", "", ""},
    {"begin repeat", "r", "R", "${kind} != 'b'", "", "", "", "", "", "", "", ""},
    {"integer", "x", "X of ${kind}", "", "", ". != ${n}", "${n} = 7", "", "", "position(..)", "",
     ""},
    {"begin group", "g", "G", "${x} > 1", "", "", "", "", "", "", "", ""},
    {"select_multiple m", "many", "Many", "", "", "count-selected(.) < 3", "", "", "of = ${kind}",
     "", "", "${x} = 18"},
    {"begin repeat", "s", "S", "", "", "", "", "", "", "", "", ""},
    {"decimal", "y", "Y", "", "", "", "", "", "", "", "", ""},
    {"calculate", "z", "", "", "${y} * ${x} + position(../..)", "", "", "", "", "", "", ""},
    {"end repeat", "", "", "", "", "", "", "", "", "", "", ""},
    {"end group", "", "", "", "", "", "", "", "", "", "", ""},
    {"calculate", "before", "", "",
     "if(position(..) > 1, indexed-repeat(${run}, ${r}, position(..) - 1), 0)", "", "", "", "", "",
     "", ""},
    {"calculate", "run", "", "", "coalesce(${x}, 0) + ${before}", "", "", "", "", "", "", ""},
    {"end repeat", "", "", "", "", "", "", "", "", "", "", ""},
    {"begin repeat", "counted", "C", "", "", "", "", "count(${r})", "", "", "", ""},
    {"text", "name", "T", "", "", "", "", "", "", "", "", ""},
    {"calculate", "same", "", "", "sum(/data/r[position() = position(current()/..)]/x)", "", "", "",
     "", "", "", ""},
    {"end repeat", "", "", "", "", "", "", "", "", "", "", ""},
    {"calculate", "total", "", "", "sum(${z}) + count(${s}) + sum(${run})", "", "", "", "", "", "",
     ""},
    {"integer", "set", "Set", "", "${total} + 1", "", "", "", "", "", "${n}", ""}};
const Rows kLists = {{"list_name", "name", "label", "of"},
                     {"l", "a", "A", ""},
                     {"l", "b", "B", ""},
                     {"m", "m1", "M1", "a"},
                     {"m", "m2", "M2", "a"},
                     {"m", "m3", "M3", "b"}};

}  // namespace

TEST_CASE("session: computing what an answer touches gives what computing everything gives") {
    const auto form = formOf(kEverything, kLists);
    for (unsigned seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        fillAtRandom(form, seed, 60);
    }
}

TEST_CASE("session: questionnaires from the field survive being filled at random") {
    const auto folder = sharedFolder() / "forms";
    if (!std::filesystem::is_directory(folder)) {
        MESSAGE("skipped: the folder of questionnaires from the field is not here");
        return;
    }
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        if (file.path().extension() == ".md") continue;
        const auto reading = readFormFile(file.path());
        if (!reading.form) continue;
        CAPTURE(file.path().filename().string());
        fillAtRandom(reading.form, 5, 60);
    }
}
