#include <fmt/format.h>

#include <cstdio>

#include "assets/forms/form_source.h"

// sotay-forms PAGE.md UNITS.csv OUT.xlsx: makes a form's workbook from its reviewable page.
int main(int count, char** arguments) {
    if (count != 4) {
        fmt::print(stderr, "usage: sotay-forms PAGE.md UNITS.csv OUT.xlsx\n");
        return 2;
    }
    auto sheets = sotay::readFormSource(arguments[1], arguments[2]);
    const auto done =
        sheets.ok() ? sotay::writeWorkbook(*sheets, arguments[3]) : sotay::Status(sheets.error());
    if (done.ok()) return 0;
    fmt::print(stderr, "sotay-forms: {}\n", done.error().message);
    return 1;
}
