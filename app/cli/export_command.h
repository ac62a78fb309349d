#pragma once

#include <string>

#include "schema/result.h"
#include "sync/command_document.h"

namespace sotay {

class Notebook;

enum class ExportFormat { Csv, Xlsx, Jsonl, GeoJson };

// `sotay export`: every record of a form in one file, as `sotay record import` reads it again: a
// row a record, a column an answer, named by its path, repeats as "/loans[1]/amount". JSON lines
// are {"record","form","values"}; GeoJSON takes the first answer with a place for the geometry. The
// file is there whole or not at all.
// {"records","columns","file"}
struct Export {
    std::string formId;
    ExportFormat format = ExportFormat::Csv;
    std::string file;  // "-" is standard output, not for xlsx
};
Result<Document> exportRecords(const Notebook& notebook, const Export& wanted);

}  // namespace sotay
