#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "schema/form.h"
#include "schema/problem.h"
#include "schema/result.h"

namespace sotay {

// Cells that are shown as one; the text is in the first. Rows and columns count from 0, last
// included.
struct MergedCells {
    std::uint32_t firstRow = 0, firstColumn = 0, lastRow = 0, lastColumn = 0;
};

// A workbook as a grid of trimmed NFC text, before anything is made of it.
struct Sheet {
    std::string name;
    std::vector<std::vector<std::string>> rows;  // rows[0] is the header; short rows are allowed
    std::vector<MergedCells> merged;
};
struct Workbook {
    std::vector<Sheet> sheets;
};

// Reads an .xlsx by content, whatever the file's name. Bounded: what unpacks to more than 64 MiB in
// all, more than a million cells, or more than 48 MiB of text, is refused. Corrupt or InvalidInput
// with a sentence for the form's author; an old .xls or an encrypted workbook is named as such,
// with what to do.
Result<Workbook> readWorkbook(std::span<const std::byte> bytes);

// What reading a form gives: a form when nothing is wrong enough to refuse it, and what to tell its
// author.
struct FormReading {
    std::shared_ptr<const Form> form;  // null when `problems` has an error
    Problems problems;
};

// `name` is the file's name without its ending: the form's id when the settings give none.
// `filesBeside` are the names of the files in the workbook's folder (external choices are looked up
// in it).
FormReading readForm(const Workbook& workbook, const std::string& name,
                     const std::map<std::string, std::string>& filesBeside = {});
FormReading readForm(std::span<const std::byte> xlsx, const std::string& name);
FormReading readFormFile(const std::filesystem::path& file);

}  // namespace sotay
