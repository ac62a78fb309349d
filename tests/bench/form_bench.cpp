#include "tests/bench/form_bench.h"

#include <array>
#include <ctime>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "schema/session.h"
#include "schema/xlsform.h"
#include "tests/support/workbook_file.h"

namespace sotay::bench {
namespace {

constexpr int kQuestions = 5000;
constexpr int kChoices = 50'000;
constexpr int kAnswers = 1000;

using Rows = std::vector<std::vector<std::string>>;

// Sections of twenty: numbers, texts, selects and dates that ask for each other, sums of the
// section and of all sections.
Rows longSurvey() {
    Rows rows = {{"type", "name", "label::English (en)", "label::Tiếng Việt (vi)", "relevant",
                  "constraint", "constraint_message", "calculation", "required", "hint"}};
    std::string total;
    for (int i = 0; i < kQuestions; ++i) {
        const auto number = std::to_string(i), name = "q" + number;
        const int before = i % 20;
        const auto last = "${q" + std::to_string(i - 1) + "}";
        const std::string label = "Question " + number + " of the survey";
        if (before == 0) {
            rows.push_back({"begin group", "section" + number, "Section", "Phần"});
            rows.push_back({"integer", name, label, "Câu " + number, "", ". >= 0 and . < 100000",
                            "Between 0 and 100000", "", "yes"});
        } else if (before == 19) {
            std::string sum;
            for (int j = i - 19; j < i; j += 3)
                sum += (sum.empty() ? "coalesce(${q" : " + coalesce(${q") + std::to_string(j) +
                       "}, 0)";
            rows.push_back({"calculate", name, "", "", "", "", "", sum});
            rows.push_back({"end group"});
            total += (total.empty() ? "${" : " + ${") + name + "}";
        } else if (before % 3 == 0) {
            rows.push_back({"decimal", name, label, "Câu " + number, last + " != ''", ". >= 0"});
        } else if (before % 3 == 1) {
            rows.push_back({"select_one yes_no", name, label, "Câu " + number});
        } else {
            rows.push_back({"text", name, label + ": ${q" + std::to_string(i - i % 20) + "}",
                            "Câu " + number, last + " = 'yes'", "string-length(.) < 200", "", "",
                            "", "As it is written in the book"});
        }
    }
    rows.push_back({"calculate", "total", "", "", "", "", "", total});
    return rows;
}

std::string longWorkbook() {
    Workbook workbook;
    workbook.sheets.push_back({"survey", longSurvey(), {}});
    workbook.sheets.push_back(
        {"choices",
         {{"list_name", "name", "label::English (en)", "label::Tiếng Việt (vi)"},
          {"yes_no", "yes", "Yes", "Có"},
          {"yes_no", "no", "No", "Không"}},
         {}});
    return workbookBytes(workbook);
}

SessionContext context() {
    SessionContext context;
    context.nowMs = 1'795'309'200'000;
    context.newId = [] { return Id{}; };
    return context;
}

Result<std::unique_ptr<FormSession>> open(const std::string& xlsx) {
    const auto reading = readForm(std::as_bytes(std::span(xlsx.data(), xlsx.size())), "bench");
    if (!reading.form)
        return Error{Code::InvalidInput, reading.problems.empty() ? "The form is refused."
                                                                  : reading.problems[0].message};
    return FormSession::create(reading.form, context(), nullptr);
}

// One thread does all of it, so the time of the processor is the time that it takes when the
// machine does nothing else.
double busySeconds(const std::function<void()>& work) {
    const std::clock_t from = std::clock();
    work();
    return static_cast<double>(std::clock() - from) / CLOCKS_PER_SEC;
}

Status measureLong(int runs, Figures& figures) {
    const auto xlsx = longWorkbook();
    std::unique_ptr<FormSession> session;
    std::vector<double> loads;
    for (int run = 0; run < runs; ++run) {
        Status opened;
        loads.push_back(busySeconds([&] {
            auto made = open(xlsx);
            if (made.ok())
                session = std::move(*made);
            else
                opened = made.error();
        }));
        if (!opened.ok()) return opened;
    }
    figures.add("forms.load_5000_questions", median(loads) * 1000, "ms",
                "limit 500: workbook read, form checked, session opened");
    std::vector<double> answers;
    for (int i = 0; i < kAnswers; ++i) {
        const auto question = (i * 20 + 20 * (i / 250)) % kQuestions;  // the first of each section
        const auto path = "/section" + std::to_string(question) + "/q" + std::to_string(question);
        Status answered;
        answers.push_back(
            busySeconds([&] { answered = session->setAnswer(path, std::to_string(i + 1)); }));
        if (!answered.ok()) return answered;
    }
    figures.add("forms.one_answer", median(answers) * 1e6, "us",
                "limit 1000: median of 1,000 answers, each with sums that depend on it");
    return {};
}

struct FilterCase {
    const char *name, *filter;
};
constexpr std::array kFilters = {
    FilterCase{"equality", "province = ${province} and district = ${district}"},
    FilterCase{"inequality", "province != ${province}"},
    FilterCase{"number", "size < ${limit}"},
    FilterCase{"starts_with", "starts-with(label, ${typed})"},
    FilterCase{"contains", "contains(label, ${typed})"},
    FilterCase{"selected", "selected(${several}, province)"},
    FilterCase{"not", "not(selected(${several}, province)) and size >= 10"},
    FilterCase{"and_or",
               "(province = ${province} or size < ${limit}) and (contains(name, '7') or district = "
               "'d3') and size != 5"},
    FilterCase{"length", "string-length(name) = 4 and ${typed} != province"},
    FilterCase{"arithmetic", "size * 2 + 1 > ${limit} and province = ${province}"},
    FilterCase{"regex", "regex(name, '^u[0-9]*77$') and ${typed} != province"},
    FilterCase{"function", "substr(name, 0, 2) = concat('u', ${typed})"},
};

std::shared_ptr<const Form> filteredForm(const char* filter) {
    Workbook workbook;
    workbook.sheets.push_back({"survey",
                               {{"type", "name", "label", "choice_filter"},
                                {"text", "province", "Province"},
                                {"text", "district", "District"},
                                {"integer", "limit", "Limit"},
                                {"text", "typed", "Beginning"},
                                {"text", "several", "Several"},
                                {"select_one units", "unit", "Unit", filter}},
                               {}});
    Rows choices = {{"list_name", "name", "label", "province", "district", "size"}};
    for (int i = 0; i < kChoices; ++i) {
        const auto number = std::to_string(i);
        choices.push_back({"units", "u" + number, std::to_string(i % 100) + " Xã số " + number,
                           "p" + std::to_string(i % 34), "d" + std::to_string(i % 700),
                           std::to_string(i % 1000)});
    }
    workbook.sheets.push_back({"choices", std::move(choices), {}});
    return readForm(workbook, "bench").form;
}

Status measureFilter(const FilterCase& filter, int runs, Figures& figures) {
    const auto form = filteredForm(filter.filter);
    if (!form) return Error{Code::InvalidInput, std::string(filter.filter) + " is refused."};
    auto session = FormSession::create(form, context(), nullptr);
    if (!session.ok()) return session.error();
    std::vector<double> times;
    std::size_t offered = 0;
    for (int run = 0; run < 2 * runs + 2; ++run) {
        const auto turn = std::to_string(run + 3);
        const std::pair<const char*, std::string> answers[] = {
            {"/province", "p" + turn},
            {"/district", "d" + turn},
            {"/limit", turn + "0"},
            {"/typed", turn},
            {"/several", "p1 p" + turn + " p30"}};
        for (const auto& [path, typed] : answers)
            if (auto done = (*session)->setAnswer(path, typed); !done.ok()) return done;
        std::vector<ChoiceView> choices;
        const auto time = busySeconds([&] { choices = (*session)->choices("/unit"); });
        offered = choices.size();
        if (run >= 2) times.push_back(time);  // the first reads the list, and indexes it
    }
    figures.add("forms.filter." + std::string(filter.name), median(times) * 1000, "ms",
                "limit 20: " + std::to_string(offered) + " of 50,000 choices");
    return {};
}

}  // namespace

Status measureForms(int runs, Figures& figures) {
    if (auto done = measureLong(runs, figures); !done.ok()) return done;
    for (const auto& filter : kFilters)
        if (auto done = measureFilter(filter, runs, figures); !done.ok()) return done;
    return {};
}

}  // namespace sotay::bench
