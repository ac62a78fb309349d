// links: sotay_schema
#include "schema/xlsform.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/workbook_bytes.h"

namespace sotay {
namespace {

constexpr std::string_view kMark = "\n@@ ";
constexpr std::size_t kMostParts = 12;

// "@@ name\ncontent" for each part. Damage to a zip file is nearly always found by its checksums;
// damage written this way reaches the reader of the parts.
std::string written(const WorkbookParts& workbook) {
    std::string text;
    for (const auto& [name, content] : workbook.parts)
        text += std::string(kMark) + name + "\n" + content;
    return text;
}

std::vector<std::byte> packed(std::string_view text) {
    std::map<std::string, std::string> parts;
    for (auto at = text.find(kMark); at != std::string_view::npos && parts.size() < kMostParts;) {
        const auto name = at + kMark.size();
        const auto line = text.find('\n', name);
        if (line == std::string_view::npos) break;
        at = text.find(kMark, line);
        // A zip file takes names only that are text.
        const auto part = normaliseText(text.substr(name, line - name));
        if (!part.empty() && part.find('\0') == std::string::npos)
            parts[part] = std::string(text.substr(line + 1, at - line - 1));
    }
    return parts.empty() ? std::vector<std::byte>() : zipOf(parts);
}

void read(std::span<const std::byte> bytes) {
    const auto workbook = readWorkbook(bytes);
    if (!workbook.ok()) {
        if (workbook.error().message.empty()) broken("a refusal says why");
        return;
    }
    for (const auto& sheet : workbook->sheets)
        for (const auto& row : sheet.rows)
            for (const auto& cell : row)
                if (normaliseText(cell) != cell) broken("cells are trimmed NFC text");
    const auto reading = readForm(*workbook, "fuzzed");
    if ((reading.form != nullptr) == hasErrors(reading.problems))
        broken("a form is refused for a reason, and only then");
}

}  // namespace

std::size_t fuzzMemory() { return 128u << 20; }

void fuzzOne(std::string_view input) {
    read(std::as_bytes(std::span(input.data(), input.size())));
    if (const auto bytes = packed(input); !bytes.empty()) read(bytes);
}

std::vector<std::string> fuzzSeeds() {
    WorkbookParts plain;
    plain.shared(
        "<si><t>type</t></si><si><t>name</t></si><si><r><t>la</t></r><r><rPr><b/></rPr>"
        "<t>bel</t></r></si><si><t>text</t></si><rPh><t>x</t></rPh>");
    plain.sheet(
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" "
        "t=\"s\"><v>2</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>3</v></c><c r=\"B2\" "
        "t=\"inlineStr\"><is><t>q_x0031_</t></is></c><c r=\"C2\" "
        "t=\"str\"><f>1&amp;2</f><v>a</v></c>"
        "</row>",
        "<mergeCells><mergeCell ref=\"A2:A4\"/></mergeCells>");
    WorkbookParts dates;
    dates.workbook("date1904=\"1\"", "choices");
    dates.sheet(
        "<row><c s=\"1\"><v>45351</v></c><c s=\"4\"><v>0.4375</v></c><c s=\"5\"><v>1e3</v></c>"
        "<c t=\"b\"><v>1</v></c><c t=\"e\"><v>#N/A</v></c><c t=\"d\"><v>2024-02-29</v></c></row>");
    dates.parts["xl/worksheets/sheet2.xml"] =
        "<worksheet><sheetData><row r=\"3\"><c r=\"XFD3\"><v>7</v></c></row></sheetData>"
        "</worksheet>";
    std::vector<std::string> seeds = {written(plain), written(dates)};
    for (const auto& workbook : {plain, dates}) {
        const auto bytes = workbook.bytes();
        seeds.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    for (auto& form : sharedFilesFor("forms", ".xlsx"))
        if (form.size() < 24'000) seeds.push_back(std::move(form));
    return seeds;
}

}  // namespace sotay
