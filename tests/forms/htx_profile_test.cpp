#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "schema/session.h"
#include "schema/xlsform.h"

using namespace sotay;

namespace {

// Noon of 22 November 2026 in Viet Nam.
constexpr std::int64_t kNoon = 1795323600000;

std::shared_ptr<const Form> profile() {
    static const auto reading = readFormFile(SOTAY_BIN_DIR "/assets/forms/htx_profile.xlsx");
    return reading.form;
}

std::unique_ptr<FormSession> newProfile(const std::string& language = "Tiếng Việt (vi)") {
    SessionContext context;
    context.nowMs = kNoon;
    context.language = language;
    context.newId = [next = std::uint8_t{0}]() mutable {
        Id id;
        id.bytes.back() = ++next;
        return id;
    };
    auto session = FormSession::create(profile(), context, nullptr);
    if (!session.ok()) FAIL(session.error().message);
    return std::move(*session);
}

// Answers as an import does: an item past the end of a repeat is added first.
void answer(FormSession& session, const std::string& path, const std::string& value) {
    const auto bracket = path.find(']');
    if (bracket != std::string::npos && !session.view(path)) {
        CHECK(session.addItem(path.substr(0, path.find('['))).ok());
    }
    const auto status = session.setAnswer(path, value);
    if (!status.ok()) FAIL_CHECK(path << ": " << status.error().message);
}

NodeView at(const FormSession& session, const std::string& path) {
    const auto view = session.view(path);
    REQUIRE_MESSAGE(view.has_value(), path);
    return *view;
}

std::vector<nlohmann::ordered_json> samples() {
    std::ifstream file(SOTAY_SOURCE_DIR "/assets/samples/quang_tri.jsonl");
    std::vector<nlohmann::ordered_json> records;
    for (std::string line; std::getline(file, line);) {
        records.push_back(nlohmann::ordered_json::parse(line));
    }
    return records;
}

}  // namespace

TEST_CASE("profile: the workbook is read without a single remark") {
    const auto reading = readFormFile(SOTAY_BIN_DIR "/assets/forms/htx_profile.xlsx");

    for (const auto& problem : reading.problems) {
        FAIL_CHECK(problem.sheet << " " << problem.row << " " << problem.column << ": "
                                 << problem.message);
    }
    REQUIRE(reading.form);
    CHECK(reading.form->id == "htx_profile");
    CHECK(reading.form->languages == std::vector<std::string>{"Tiếng Việt (vi)", "English (en)"});
}

TEST_CASE("profile: every question, group and choice has its words in both languages") {
    const std::function<void(const Node&)> check = [&](const Node& node) {
        CAPTURE(node.path);
        const bool shown = node.type != QuestionType::Calculate || node.kind != NodeKind::Question;
        for (const auto& language : profile()->languages) {
            if (!node.name.empty() && shown) CHECK(node.label.byLanguage.contains(language));
            for (const auto* text : {&node.hint, &node.constraintMessage, &node.warningMessage}) {
                if (!text->empty()) CHECK(text->byLanguage.contains(language));
            }
        }
        CHECK(node.constraint.empty() == node.constraintMessage.empty());
        CHECK(node.warning.empty() == node.warningMessage.empty());
        for (const auto& child : node.children) check(*child);
    };
    REQUIRE(profile());
    check(profile()->root);
    for (const auto& [name, list] : profile()->lists) {
        for (const auto& choice : list.choices) {
            CAPTURE(name);
            CAPTURE(choice.name);
            CHECK(choice.label.byLanguage.size() == 2);
        }
    }
}

TEST_CASE("profile: the sample records can be filled in as they are") {
    REQUIRE(samples().size() == 60);
    for (const auto& record : samples()) {
        CAPTURE(record["/general/name"].get<std::string>());
        auto session = newProfile();

        for (const auto& [path, value] : record.items()) answer(*session, path, value);

        for (const auto& view : session->view()) {
            const bool isGiven = record.contains(view.path);
            if (!view.valid && view.relevant) FAIL_CHECK(view.path << ": " << view.message);
            if (isGiven) CHECK_MESSAGE(view.relevant, view.path);
            if (isGiven)
                CHECK_MESSAGE(view.value == record[view.path].get<std::string>(), view.path);
        }
        CHECK(session->isValid());
        CHECK(session->instanceName() == record["/general/name"].get<std::string>());
    }
}

TEST_CASE("profile: more women than members is wrong, whichever figure was typed last") {
    for (const bool totalLast : {false, true}) {
        CAPTURE(totalLast);
        auto session = newProfile();

        answer(*session, "/general/unit_type", "htx");
        if (!totalLast) answer(*session, "/members/total", "52");
        answer(*session, "/members/women", "57");
        if (totalLast) answer(*session, "/members/total", "52");

        const auto women = at(*session, "/members/women");
        CHECK(!women.valid);
        CHECK(women.message == "Số nữ (57) lớn hơn tổng số thành viên (52).");
    }
}

TEST_CASE("profile: a tax code whose check digit does not fit is kept with a warning") {
    auto session = newProfile();

    for (const char* right : {"0100233488", "01.00.233.488", "0100112437011"}) {
        CAPTURE(right);
        answer(*session, "/general/tax_code", right);
        CHECK(at(*session, "/general/tax_code").valid);
        CHECK(at(*session, "/general/tax_code").warning.empty());
    }
    for (const char* mistyped : {"0100233487", "0100233848"}) {
        CAPTURE(mistyped);
        answer(*session, "/general/tax_code", mistyped);
        CHECK(at(*session, "/general/tax_code").valid);
        CHECK(!at(*session, "/general/tax_code").warning.empty());
    }
    for (const char* wrong : {"010023348", "01002334881", "0100233A88"}) {
        CAPTURE(wrong);
        answer(*session, "/general/tax_code", wrong);
        CHECK(!at(*session, "/general/tax_code").valid);
    }
}

TEST_CASE("profile: communes are those of the province, branches those of the sector") {
    auto session = newProfile();

    CHECK(at(*session, "/general/province").value == "44");
    CHECK(session->choices("/general/commune").size() == 78);
    CHECK(session->choices("/general/branch").empty());
    answer(*session, "/general/sector", "services");
    CHECK(session->choices("/general/branch").size() == 5);
}

TEST_CASE("profile: what is asked follows from type, status and assessment") {
    auto session = newProfile("English (en)");
    answer(*session, "/general/unit_type", "lhhtx");
    CHECK(!at(*session, "/members/women").relevant);
    CHECK(!at(*session, "/business/class").relevant);

    answer(*session, "/general/unit_type", "htx");
    answer(*session, "/status/state", "suspended");
    CHECK(at(*session, "/members/women").relevant);
    CHECK(at(*session, "/status/state_reason").required);
    answer(*session, "/status/state_since", "2026-03-01");
    answer(*session, "/status/suspended_until", "2027-06-01");
    CHECK(at(*session, "/status/suspended_until").valid);
    CHECK(at(*session, "/status/suspended_until").warning ==
          "One suspension lasts at most 12 months.");

    answer(*session, "/business/class", "good");
    answer(*session, "/business/score", "79.5");
    CHECK(at(*session, "/business/class").warning ==
          "Does not fit 79.5 points: good from 80, fair from 65, average from 50, weak below 50.");
    answer(*session, "/business/score", "80");
    CHECK(at(*session, "/business/class").warning.empty());
}

TEST_CASE("profile: shares and sums are worked out") {
    auto session = newProfile();
    answer(*session, "/general/unit_type", "htx");
    answer(*session, "/members/total", "52");
    answer(*session, "/members/ethnic_minority", "46");
    CHECK(at(*session, "/members/ethnic_minority_share").value == "88.5");
    CHECK(at(*session, "/members/women_share").value.empty());
    CHECK(!at(*session, "/members/shares").relevant);

    answer(*session, "/loans[1]/source", "agribank");
    answer(*session, "/loans[1]/amount", "200000000");
    answer(*session, "/loans[1]/outstanding", "150000000");
    answer(*session, "/loans[2]/source", "support_fund");
    answer(*session, "/loans[2]/amount", "50000000");
    CHECK(at(*session, "/debt").value == "150000000");

    answer(*session, "/ocop[1]/product", "Chuối sấy");
    answer(*session, "/ocop[1]/valid_until", "2026-11-22");
    answer(*session, "/ocop[2]/product", "Măng khô");
    answer(*session, "/ocop[2]/valid_until", "2026-11-21");
    CHECK(at(*session, "/current_products").value == "1");
}
