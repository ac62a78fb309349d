#include <doctest/doctest.h>

#include <ctime>

#include "schema/workbook_cells.h"
#include "schema/xlsform.h"
#include "tests/support/workbook_bytes.h"

using namespace sotay;

namespace {

Sheet firstSheet(const WorkbookParts& parts) {
    auto workbook = readWorkbook(parts.bytes());
    REQUIRE_MESSAGE(workbook.ok(), (workbook.ok() ? "" : workbook.error().message));
    REQUIRE(!workbook->sheets.empty());
    return workbook->sheets.front();
}

std::string cell(const WorkbookParts& parts, std::size_t row = 0, std::size_t column = 0) {
    const Sheet sheet = firstSheet(parts);
    return row < sheet.rows.size() && column < sheet.rows[row].size() ? sheet.rows[row][column]
                                                                      : "";
}

std::string refusal(const std::vector<std::byte>& bytes) {
    auto workbook = readWorkbook(bytes);
    return workbook.ok() ? "" : workbook.error().message;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::vector<std::byte> bytesOf(const std::string& text) {
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return {first, first + text.size()};
}

}  // namespace

TEST_CASE("workbook: shared, inline and rich texts are read, reading aids are not") {
    WorkbookParts parts;
    parts.shared(
        "<si><t>plain</t></si>"
        "<si><r><t>Hợp </t></r><r><rPr><b/></rPr><t>tác xã</t></r></si>"
        "<si><t>東京</t><rPh sb=\"0\" eb=\"2\"><t>トウキョウ</t></rPh></si>");
    parts.sheet(
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"
        "<c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"inlineStr\"><is><t>in</t></is></c>"
        "<c r=\"E1\" t=\"str\"><f>A1&amp;\"x\"</f><v>plainx</v></c><c r=\"F1\" "
        "t=\"s\"><v>9</v></c></row>");

    const auto row = firstSheet(parts).rows.at(0);

    CHECK(row == std::vector<std::string>{"plain", "Hợp tác xã", "東京", "in", "plainx"});
}

TEST_CASE("workbook: numbers are as Excel shows them") {
    for (const auto& [stored, shown] : {std::pair{"3", "3"},
                                        {"3.0", "3"},
                                        {"0.1", "0.1"},
                                        {"0.30000000000000004", "0.3"},
                                        {"1234567890123", "1234567890123"},
                                        {"-2.5", "-2.5"},
                                        {"1E3", "1000"},
                                        {"1E-3", "0.001"},
                                        {"x", "x"}}) {
        CAPTURE(stored);
        CHECK(shownNumber(stored, NumberLook::Plain, false) == shown);
    }
}

TEST_CASE("workbook: dates are read by the style of their cell, in both of Excel's calendars") {
    const std::string rows =
        "<row><c s=\"1\"><v>45351</v></c><c s=\"2\"><v>45351</v></c><c s=\"3\"><v>45351</v></c>"
        "<c s=\"4\"><v>0.4375</v></c><c s=\"5\"><v>45351.4375</v></c><c><v>45351</v></c></row>";
    WorkbookParts parts;
    parts.sheet(rows);
    CHECK(firstSheet(parts).rows.at(0) == std::vector<std::string>{"2024-02-29", "2024-02-29",
                                                                   "45351", "10:30:00",
                                                                   "2024-02-29T10:30:00", "45351"});

    parts.workbook("date1904=\"1\"");
    CHECK(cell(parts) == "2028-03-01");
    CHECK(shownNumber("59", NumberLook::Date, false) == "1900-02-28");
    CHECK(shownNumber("61", NumberLook::Date, false) == "1900-03-01");
}

TEST_CASE("workbook: booleans, errors, escapes and cells without a reference") {
    WorkbookParts parts;
    parts.sheet(
        "<row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c><c t=\"e\"><v>#N/A</v></c>"
        "<c t=\"inlineStr\"><is><t>one_x000D_\ntwo &amp; ba</t></is></c><c "
        "t=\"d\"><v>2024-02-29</v></c></row>");

    CHECK(firstSheet(parts).rows.at(0) ==
          std::vector<std::string>{"TRUE", "FALSE", "#N/A", "one\ntwo & ba", "2024-02-29"});
}

TEST_CASE("workbook: blank rows and gaps keep their numbers") {
    WorkbookParts parts;
    parts.sheet(
        "<row r=\"2\"><c r=\"C2\"><v>7</v></c></row><row r=\"3\"><c r=\"A3\" s=\"1\"/></row>"
        "<row r=\"5\"><c r=\"A5\"><v>8</v></c></row>");

    const Sheet sheet = firstSheet(parts);

    REQUIRE(sheet.rows.size() == 5);
    CHECK(sheet.rows[1] == std::vector<std::string>{"", "", "7"});
    CHECK(sheet.rows[2].empty());
    CHECK(sheet.rows[4] == std::vector<std::string>{"8"});
}

TEST_CASE("workbook: texts are trimmed and composed, non-breaking spaces included") {
    WorkbookParts parts;
    parts.sheet(
        "<row><c t=\"inlineStr\"><is><t>\xC2\xA0 Ho\xCC\x9B\xCC\xA3p\xC2\xA0</t></is></c></row>");

    CHECK(cell(parts) == "Hợp");
}

TEST_CASE("workbook: namespace prefixes and the strict form of the format are understood") {
    WorkbookParts parts;
    parts.parts["xl/workbook.xml"] =
        "<x:workbook xmlns:x=\"http://purl.oclc.org/ooxml/spreadsheetml/main\" "
        "xmlns:rel=\"http://purl.oclc.org/ooxml/officeDocument/relationships\"><x:sheets>"
        "<x:sheet name=\"survey\" sheetId=\"1\" rel:id=\"s1\"/></x:sheets></x:workbook>";
    parts.parts["xl/_rels/workbook.xml.rels"] =
        "<Relationships><Relationship Id=\"s1\" Target=\"worksheets/sheet1.xml\" "
        "Type=\"http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet\"/></"
        "Relationships>";
    parts.parts["xl/worksheets/sheet1.xml"] =
        "<x:worksheet xmlns:x=\"urn:x\"><x:sheetData><x:row x:r=\"1\"><x:c r=\"A1\" "
        "t=\"inlineStr\">"
        "<x:is><x:t>type</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>";

    CHECK(cell(parts) == "type");
}

TEST_CASE("workbook: merged cells keep their text in the first cell and say how far they reach") {
    WorkbookParts parts;
    parts.sheet("<row r=\"2\"><c r=\"A2\"><v>1</v></c></row>",
                "<mergeCells><mergeCell ref=\"A2:A4\"/></mergeCells>");

    const Sheet sheet = firstSheet(parts);

    REQUIRE(sheet.merged.size() == 1);
    CHECK(sheet.merged[0].firstRow == 1);
    CHECK(sheet.merged[0].lastRow == 3);
    CHECK(sheet.rows.size() == 2);
}

TEST_CASE("workbook: what is no .xlsx is named, with what to do") {
    const std::string ole("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    CHECK(contains(refusal(bytesOf(ole + std::string(600, '\0'))), "old Excel workbook (.xls)"));
    std::string encrypted = ole + std::string(600, '\0');
    for (char c : std::string("EncryptedPackage")) encrypted += std::string(1, c) + '\0';
    CHECK(contains(refusal(bytesOf(encrypted)), "password"));
    CHECK(contains(refusal({}), "empty"));
    CHECK(contains(refusal(bytesOf("type,name,label\n")), "not an .xlsx"));
    CHECK(contains(refusal(zipOf({{"content.xml", "<x/>"}})), "OpenDocument"));
    CHECK(contains(refusal(zipOf({{"readme.txt", "hello"}})), "no workbook"));
}

TEST_CASE("workbook: a file that was cut off or damaged anywhere is refused, and nothing worse") {
    WorkbookParts parts;
    parts.shared("<si><t>type</t></si>").sheet("<row><c t=\"s\"><v>0</v></c></row>");
    const auto whole = parts.bytes();
    REQUIRE(refusal(whole).empty());
    for (std::size_t length = 0; length < whole.size(); length += 7)
        CHECK(
            !refusal({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)}).empty());
    for (std::size_t at = 0; at < whole.size(); at += 3) {
        auto damaged = whole;
        damaged[at] ^= std::byte{0x55};
        (void)readWorkbook(damaged);  // refused or not: it must come back
    }
}

TEST_CASE("workbook: a bomb is refused before it goes off") {
    WorkbookParts parts;
    parts.sheet("<row><c><v>1</v></c></row>");

    SUBCASE("a part that unpacks to more than 64 MiB") {
        parts.shared("<si><t>" + std::string(70 << 20, 'a') + "</t></si>");
        CHECK(contains(refusal(parts.bytes()), "64 MiB"));
    }
    SUBCASE("entities that multiply") {
        parts.parts["xl/sharedStrings.xml"] =
            "<!DOCTYPE sst [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>"
            "<sst><si><t>&b;&b;&b;</t></si></sst>";
        CHECK(contains(refusal(parts.bytes()), "entities"));
    }
    SUBCASE("one long text that many cells share") {
        parts.shared("<si><t>" + std::string(1 << 20, 'a') + "</t></si>");
        std::string row;
        for (int i = 0; i < 100; ++i) row += "<c t=\"s\"><v>0</v></c>";
        parts.sheet("<row>" + row + "</row>");
        CHECK(contains(refusal(parts.bytes()), "48 MiB"));
    }
    SUBCASE("a cell at the far corner of the sheet") {
        parts.sheet("<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>");
        CHECK(contains(refusal(parts.bytes()), "row 1048576 and column 16384"));
    }
    SUBCASE("a place outside of any sheet") {
        parts.sheet("<row><c r=\"ABCDE1\"><v>1</v></c></row>");
        CHECK(contains(refusal(parts.bytes()), "ABCDE1"));
        parts.sheet("<row r=\"9999999\"><c><v>1</v></c></row>");
        CHECK(contains(refusal(parts.bytes()), "9999999"));
    }
    SUBCASE("rows that are filled far to the right") {
        std::string rows;
        for (int i = 1; i <= 200; ++i)
            rows += "<row r=\"" + std::to_string(i) + "\"><c r=\"XFD" + std::to_string(i) +
                    "\"><v>1</v></c></row>";
        parts.sheet(rows);
        CHECK(contains(refusal(parts.bytes()), "a million cells"));
    }
    SUBCASE("elements inside one another without end") {
        std::string deep;
        for (int i = 0; i < 200000; ++i) deep += "<row>";
        parts.sheet(deep);
        CHECK(!refusal(parts.bytes()).empty());
    }
}

TEST_CASE("workbook: what is hostile is refused in a second of work, and what is large is read") {
    // Sanitizers slow everything down and take memory of their own; the limit is for builds
    // without.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(NDEBUG)
    constexpr double kLongest = 20;
#else
    constexpr double kLongest = 1;
#endif
    const auto cpuSeconds = [](const WorkbookParts& parts) {
        const auto bytes = parts.bytes();
        const std::clock_t from = std::clock();
        const auto workbook = readWorkbook(bytes);
        if (workbook.ok()) (void)readForm(*workbook, "large");
        return static_cast<double>(std::clock() - from) / CLOCKS_PER_SEC;
    };
    WorkbookParts parts;
    std::string rows;
    SUBCASE("a million rows") {
        for (int i = 1; i <= 1'048'576; ++i) {
            const auto number = std::to_string(i);
            rows += "<row r=\"" + number + "\"><c r=\"A" + number + "\"><v>1</v></c></row>";
        }
    }
    SUBCASE("nearly as many cells as are read") {
        for (int i = 0; i < 45'000; ++i) {
            rows += "<row>";
            for (int column = 0; column < 20; ++column) rows += "<c><v>1</v></c>";
            rows += "</row>";
        }
    }
    SUBCASE("nearly as much text as is read") {
        std::string texts;
        for (int i = 0; i < 600'000; ++i)
            texts +=
                "<si><t>hợp tác xã nông nghiệp và dịch vụ số " + std::to_string(i) + "</t></si>";
        parts.shared(texts);
    }
    parts.sheet(rows);
    CHECK(cpuSeconds(parts) < kLongest);
}

TEST_CASE("expressions: what would take for ever is refused or answered at once") {
    const auto verdict = [](const std::string& constraint) {
        Workbook workbook;
        workbook.sheets.push_back(
            {"survey",
             {{"type", "name", "label", "constraint"}, {"text", "a", "A", constraint}},
             {}});
        const auto reading = readForm(workbook, "hostile");
        return reading.problems.empty() ? std::string() : reading.problems.front().message;
    };
    CHECK(contains(verdict(std::string(100'000, '(') + "1" + std::string(100'000, ')')), "65536"));
    CHECK(contains(verdict(std::string(30'000, '(') + "1" + std::string(30'000, ')')), "200"));
    CHECK(contains(verdict("regex(., '((((a{1,100}){1,100}){1,100}){1,100}){1,100}')"), "pattern"));
    CHECK(verdict("regex(., '(a+)+$') and regex(., '(a*)*b')").empty());
}
