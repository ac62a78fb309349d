#include "sync/command_document.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace sotay {

TEST_CASE("documents: lists of alike things read as tables, whose columns stand below each other") {
    Document document{{"total", 2}};
    document["people"] = {{{"name", "Lan"}, {"areas", {"44", "45"}}},
                          {{"name", "Đạt Nguyễn"}, {"areas", Document::array()}}};
    CHECK(documentText(document) ==
          "total: 2\n"
          "name        areas\n"
          "Lan         44, 45\n"
          "Đạt Nguyễn  -\n");
}

TEST_CASE("documents: things that hold tables of their own stand one below the other") {
    Document document;
    document["conflicts"] = {{{"path", "/members"}, {"heads", {{{"value", "15"}, {"by", "an"}}}}}};
    CHECK(documentText(document) ==
          "conflicts:\n"
          "  path: /members\n"
          "  value  by\n"
          "  15     an\n");
}

TEST_CASE("documents: text that is no UTF-8 is mended, and a failure has its kind") {
    CHECK(documentJson({{"a", "\xFF"}}) == "{\"a\":\"\xEF\xBF\xBD\"}");
    CHECK(documentJson(failureDocument({Code::NotFound, "No."})) ==
          R"({"error":"No.","code":"not_found"})");
    CHECK(timeDocument(1'790'000'000) == "2026-09-21T14:13:20Z");
    CHECK(timeDocument(0).is_null());
}

}  // namespace sotay
