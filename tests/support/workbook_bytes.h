#pragma once

#include <zip.h>

#include <cstddef>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace sotay {

// A zip file of the given parts, deflated; empty when they cannot be packed.
inline std::vector<std::byte> zipOf(const std::map<std::string, std::string>& parts) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_source_keep(target);
    zip_t* zip = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &error);
    for (const auto& [name, content] : parts) {
        zip_source_t* part = zip_source_buffer(zip, content.data(), content.size(), 0);
        const auto flags = ZIP_FL_ENC_UTF_8 | ZIP_FL_OVERWRITE;
        if (zip_file_add(zip, name.c_str(), part, flags) < 0) zip_source_free(part);
    }
    if (zip_close(zip) != 0) {  // a name that no zip file may have
        zip_discard(zip);
        zip_source_free(target);
        return {};
    }
    zip_stat_t stat;
    zip_source_stat(target, &stat);
    std::vector<std::byte> bytes(stat.size);
    zip_source_open(target);
    zip_source_read(target, bytes.data(), bytes.size());
    zip_source_close(target);
    zip_source_free(target);
    return bytes;
}

// The parts of a small workbook, as Excel names them; a test changes what it is about.
struct WorkbookParts {
    std::map<std::string, std::string> parts;

    WorkbookParts() {
        parts["_rels/.rels"] =
            R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)"
            R"(<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/)"
            R"(relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>)";
        workbook("");
        parts["xl/_rels/workbook.xml.rels"] = relationships();
        parts["xl/styles.xml"] =
            R"(<styleSheet><numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy;@"/>)"
            R"(<numFmt numFmtId="165" formatCode="0.00&quot; day&quot;"/></numFmts>)"
            R"(<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>)"
            R"(<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/>)"
            R"(<xf numFmtId="20"/><xf numFmtId="22"/></cellXfs></styleSheet>)";
    }

    static std::string relationships() {
        std::string out = R"(<Relationships>)";
        const std::string type =
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
        for (const auto& [id, kind, target] :
             {std::tuple{"s1", "worksheet", "worksheets/sheet1.xml"},
              std::tuple{"s2", "worksheet", "/xl/worksheets/sheet2.xml"},
              std::tuple{"st", "styles", "styles.xml"},
              std::tuple{"ss", "sharedStrings", "sharedStrings.xml"}})
            out += "<Relationship Id=\"" + std::string(id) + "\" Type=\"" + type + kind +
                   "\" Target=\"" + target + "\"/>";
        return out + "</Relationships>";
    }
    WorkbookParts& workbook(const std::string& properties, const std::string& second = "") {
        parts["xl/workbook.xml"] =
            "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/"
            "relationships\"><workbookPr " +
            properties + "/><sheets><sheet name=\"survey\" sheetId=\"1\" r:id=\"s1\"/>" +
            (second.empty() ? "" : "<sheet name=\"" + second + "\" sheetId=\"2\" r:id=\"s2\"/>") +
            "</sheets></workbook>";
        return *this;
    }
    // `rows` is the content of <sheetData>, `after` what follows it.
    WorkbookParts& sheet(const std::string& rows, const std::string& after = "") {
        parts["xl/worksheets/sheet1.xml"] =
            "<worksheet><sheetData>" + rows + "</sheetData>" + after + "</worksheet>";
        return *this;
    }
    WorkbookParts& shared(const std::string& items) {
        parts["xl/sharedStrings.xml"] = "<sst>" + items + "</sst>";
        return *this;
    }
    std::vector<std::byte> bytes() const { return zipOf(parts); }
};

}  // namespace sotay
