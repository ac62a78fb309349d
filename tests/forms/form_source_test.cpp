#include "assets/forms/form_source.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "schema/xlsform.h"

using namespace sotay;

namespace {

// A page in a folder of its own, gone with the object.
class Page {
  public:
    explicit Page(const std::string& text) {
        static int count = 0;
        folder_ = std::filesystem::temp_directory_path() /
                  ("sotay-page-" + std::to_string(std::hash<std::string>{}(text)) +
                   std::to_string(++count));
        std::filesystem::create_directories(folder_);
        std::ofstream(folder_ / "page.md") << text;
        std::ofstream(folder_ / "units.csv") << "code,name,full_name,level,kind,parent_code\n"
                                                "44,Quảng Trị,Tỉnh Quảng Trị,1,Tỉnh,\n"
                                                "19564,Đakrông,Xã Đakrông,2,Xã,44\n"
                                                "00004,Ba Đình,Phường Ba Đình,2,Phường,01\n";
    }
    ~Page() { std::filesystem::remove_all(folder_); }
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;

    Result<std::vector<SourceSheet>> read() const {
        return readFormSource(folder_ / "page.md", folder_ / "units.csv");
    }
    std::filesystem::path workbook() const { return folder_ / "page.xlsx"; }

  private:
    std::filesystem::path folder_;
};

const std::string kLanguages =
    "# A form\n\n## languages\n\n| code | name |\n| --- | --- |\n| vi | Tiếng Việt (vi) |\n\n";
const std::string kSettings =
    "## settings\n\n| form_title | form_id |\n| --- | --- |\n| Thử | thu |\n\n";

std::string refusal(const std::string& text) {
    const auto sheets = Page(text).read();
    return sheets.ok() ? "" : sheets.error().message;
}

}  // namespace

TEST_CASE("form page: becomes a workbook that reads back as the form it says") {
    const Page page(
        kLanguages + kSettings +
        "## survey\n\n### integer total\n- label (vi): Tổng số: người\n- constraint: `. >= 1`\n\n"
        "### select_one commune place\n- label (vi): Xã\n\n"
        "## choices\n\n- units commune: 44\n");

    const auto sheets = page.read();
    REQUIRE(sheets.ok());
    REQUIRE(writeWorkbook(*sheets, page.workbook()).ok());
    const auto reading = readFormFile(page.workbook());

    REQUIRE(reading.form);
    const Node* total = reading.form->find("/total");
    REQUIRE(total);
    CHECK(total->label.in("Tiếng Việt (vi)") == "Tổng số: người");
    CHECK(total->constraint == ". >= 1");
    const auto& communes = reading.form->lists.at("commune").choices;
    REQUIRE(communes.size() == 1);
    CHECK(communes[0].name == "19564");
    CHECK(communes[0].label.in("Tiếng Việt (vi)") == "Xã Đakrông");
    CHECK(communes[0].columns.at("province") == "44");
}

TEST_CASE("form page: what is wrong in it is named by line") {
    CHECK(refusal(kLanguages + kSettings) == "page.md has no section survey.");
    CHECK(refusal(kLanguages + "## survey\n### text name\n- label (en): Name\n") ==
          "page.md, line 11: the language en is not listed.");
    CHECK(refusal(kLanguages + "## survey\n### text name\n- label (vi): A\n- label (vi): B\n") ==
          "page.md, line 12: the row has this column already.");
    CHECK(refusal(kLanguages + "## survey\n- label (vi): A\n") ==
          "page.md, line 10: a cell without a row.");
    CHECK(refusal(kLanguages + "## survey\nlabel: A\n") ==
          "page.md, line 10: is neither a heading, a cell (- column: value) nor a table row.");
    CHECK(refusal(kLanguages + "## choices\n| list_name | name |\n| --- | --- |\n| a |\n") ==
          "page.md, line 12: the row has 1 cells, the table 2 columns.");
    CHECK(refusal(kLanguages + "## choices\n- units commune: 99\n")
              .starts_with("page.md, line 10: no unit 99"));
}
