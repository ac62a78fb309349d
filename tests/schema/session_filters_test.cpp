#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "session_support.h"

using namespace sotay;
using namespace sotay::test;

namespace {

struct Unit {
    std::string name, label, province, size;
};

std::vector<Unit> units() {
    std::vector<Unit> all;
    for (int i = 0; i < 300; ++i)
        all.push_back({"u" + std::to_string(i),
                       i % 7 == 0 ? "Xã Đông" : "Phường " + std::to_string(i),
                       "p" + std::to_string(i % 5),
                       i % 11 == 0   ? ""
                       : i % 13 == 0 ? "n/a"
                                     : std::to_string(i % 20 - 5)});
    return all;
}

std::string offered(const std::string& filter) {
    Rows choices = {{"list_name", "name", "label", "province", "size"}};
    for (const auto& unit : units())
        choices.push_back({"units", unit.name, unit.label, unit.province, unit.size});
    auto session = sessionOf(formOf({{"type", "name", "label", "choice_filter"},
                                     {"text", "province", "P"},
                                     {"integer", "limit", "L"},
                                     {"text", "several", "S"},
                                     {"text", "empty", "E"},
                                     {"select_one units", "unit", "Unit", filter}},
                                    choices));
    answer(*session, "/province", "p3");
    answer(*session, "/limit", "4");
    answer(*session, "/several", "p1 p4");
    return namesOf(session->choices("/unit"));
}

std::string wanted(const std::function<bool(const Unit&, double)>& holds) {
    std::string names;
    for (const auto& unit : units()) {
        const bool isNumber = !unit.size.empty() && unit.size != "n/a";
        if (holds(unit, isNumber ? std::stod(unit.size) : std::nan("")))
            names += (names.empty() ? "" : " ") + unit.name;
    }
    return names;
}

}  // namespace

TEST_CASE("choices: a filter of any kind offers what it says, however it is computed") {
    CHECK(offered("province = ${province}") ==
          wanted([](const Unit& unit, double) { return unit.province == "p3"; }));
    CHECK(offered("${province} != province") ==
          wanted([](const Unit& unit, double) { return unit.province != "p3"; }));
    CHECK(offered("size < ${limit}") == wanted([](const Unit&, double size) { return size < 4; }));
    CHECK(offered("${limit} <= size") ==
          wanted([](const Unit&, double size) { return 4 <= size; }));
    CHECK(offered("size = 4") == wanted([](const Unit&, double size) { return size == 4; }));
    CHECK(offered("size != ${limit}") ==
          wanted([](const Unit&, double size) { return size != 4; }));
    CHECK(offered("starts-with(label, 'Xã')") ==
          wanted([](const Unit& unit, double) { return unit.label == "Xã Đông"; }));
    CHECK(offered("ends-with(name, '7') and contains(label, '7')") ==
          wanted([](const Unit& unit, double) {
              return unit.name.ends_with("7") && unit.label.find("7") != std::string::npos;
          }));
    CHECK(offered("selected(${several}, province)") == wanted([](const Unit& unit, double) {
              return unit.province == "p1" || unit.province == "p4";
          }));
    CHECK(offered("selected(province, ${province})") ==
          wanted([](const Unit& unit, double) { return unit.province == "p3"; }));
    CHECK(
        offered("not(province = ${province} or size > 3)") ==
        wanted([](const Unit& unit, double size) { return !(unit.province == "p3" || size > 3); }));
    CHECK(offered("name = province or size = '2'") ==
          wanted([](const Unit& unit, double) { return unit.size == "2"; }));
    CHECK(offered("string-length(size) = 0 or size * 2 = 8") ==
          wanted([](const Unit& unit, double size) { return unit.size.empty() || size == 4; }));
    CHECK(offered("size = ${empty}") ==
          wanted([](const Unit& unit, double) { return unit.size.empty(); }));
    CHECK(offered("nosuch = '' and size = true()") ==
          wanted([](const Unit& unit, double) { return !unit.size.empty(); }));
    CHECK(offered("position() = 3").substr(0, 2) == "u2");
    CHECK(offered("province = ${province} and position() < 10") == "u3 u8");
    CHECK(offered("2") == "u1");
    CHECK(offered("regex(name, '^u[0-3]$')") == "u0 u1 u2 u3");
}

TEST_CASE("choices: a filter that cannot be computed offers nothing, and the form goes on") {
    CHECK(offered("nowhere(name)").empty());
    CHECK(offered("province = ${province} and nowhere(name)").empty());
}

TEST_CASE("texts: jr:itext() gives a text of the form in the language shown") {
    auto session = sessionOf(
        formOf({{"type", "name", "label::English (en)", "label::Tiếng Việt (vi)", "calculation"},
                {"select_one c", "crop", "Crop", "Cây trồng", ""},
                {"calculate", "l", "", "", "jr:itext('/data/crop:label')"},
                {"calculate", "c", "", "", "jr:itext('c-1')"},
                {"calculate", "n", "", "", "jr:itext('c-7')"}},
               {{"list_name", "name", "label::English (en)", "label::Tiếng Việt (vi)"},
                {"c", "rice", "Rice", "Lúa"},
                {"c", "tea", "Tea", "Chè"}}));
    session->setLanguage("vi");
    CHECK(valueOf(*session, "/l") == "Cây trồng");
    CHECK(valueOf(*session, "/c") == "Chè");
    CHECK(valueOf(*session, "/n").empty());
    session->setLanguage("en");
    CHECK(valueOf(*session, "/c") == "Tea");
}
