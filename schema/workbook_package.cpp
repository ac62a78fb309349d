#include "schema/workbook_package.h"

#include <expat.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace sotay {
namespace {

constexpr std::size_t kMaxParts = 20000;

std::string_view asText(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string utf16(std::string_view ascii) {
    std::string out;
    for (char c : ascii) {
        out += c;
        out += '\0';
    }
    return out;
}

std::string_view withoutPrefix(std::string_view name) {
    auto colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::size_t countParts(std::string_view bytes) {
    static constexpr std::string_view kEntry("PK\1\2", 4);
    std::size_t count = 0;
    for (auto at = bytes.find(kEntry); at != std::string_view::npos && count <= kMaxParts;
         at = bytes.find(kEntry, at + 4))
        ++count;
    return count;
}

Error tooLarge(const std::string& part) {
    return {Code::InvalidInput,
            "The workbook unpacks to more than " + std::to_string(kMaxUnpackedBytes >> 20) +
                " MiB (reached in its part \"" + part +
                "\"). A questionnaire is never that large; look for pasted data."};
}

// One parse: expat calls back with C functions, and the first error stops it.
struct Parse {
    XML_Parser parser;
    XmlVisitor& visitor;
    Status status;

    void keep(Status result) {
        if (result.ok() || !status.ok()) return;
        status = std::move(result);
        XML_StopParser(parser, XML_FALSE);
    }

    static Parse& of(void* data) { return *static_cast<Parse*>(data); }
    static void onOpen(void* data, const char* name, const char** attributes) {
        if (of(data).status.ok())
            of(data).keep(of(data).visitor.open(withoutPrefix(name), XmlAttributes(attributes)));
    }
    static void onClose(void* data, const char* name) {
        if (of(data).status.ok()) of(data).keep(of(data).visitor.close(withoutPrefix(name)));
    }
    static void onText(void* data, const char* piece, int length) {
        if (of(data).status.ok())
            of(data).keep(of(data).visitor.text({piece, static_cast<std::size_t>(length)}));
    }
    static void onDoctype(void* data, const char*, const char*, const char*, int) {
        of(data).keep(
            Error{Code::InvalidInput,
                  "The workbook declares XML entities, which no spreadsheet program does. "
                  "It was refused for safety; save it again with a spreadsheet program."});
    }
};

struct PartCloser {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};
struct ParserCloser {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

}  // namespace

struct WorkbookPackage::Archive {
    zip_t* zip = nullptr;
    std::size_t unpacked = 0;
    ~Archive() {
        if (zip) zip_discard(zip);
    }
};

std::string_view XmlAttributes::operator[](std::string_view name) const {
    for (const char** at = pairs_; *at; at += 2) {
        if (withoutPrefix(*at) == name) return at[1];
    }
    return {};
}

std::optional<Error> whyNotWorkbook(std::span<const std::byte> bytes) {
    const std::string_view text = asText(bytes);
    auto no = [](std::string message) { return Error{Code::InvalidInput, std::move(message)}; };
    if (text.empty()) return no("The file is empty.");
    if (bytes.size() > kMaxFileBytes)
        return no("The file is larger than 64 MiB; no questionnaire is.");
    if (text.substr(0, 8) == std::string_view("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8)) {
        if (text.find(utf16("EncryptedPackage")) != std::string_view::npos)
            return no(
                "The workbook is protected with a password. Open it in Excel or LibreOffice, take "
                "the "
                "password off (File, Info, Protect Workbook) and save it again.");
        return no(
            "This is an old Excel workbook (.xls). Open it in Excel or LibreOffice, choose File, "
            "Save As, "
            "\"Excel Workbook (.xlsx)\", and use the new file.");
    }
    if (text.substr(0, 2) != "PK")
        return no(
            "This is not an .xlsx workbook. Save the form in Excel or LibreOffice as "
            "\"Excel Workbook (.xlsx)\".");
    if (countParts(text) > kMaxParts)
        return no("The workbook has more parts than any workbook needs.");
    return {};
}

Result<WorkbookPackage> WorkbookPackage::open(std::span<const std::byte> bytes) {
    if (auto no = whyNotWorkbook(bytes)) return *no;
    zip_error_t reason;
    zip_error_init(&reason);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &reason);
    zip_t* zip = source ? zip_open_from_source(source, ZIP_RDONLY, &reason) : nullptr;
    if (!zip) {
        if (source) zip_source_free(source);
        std::string why = zip_error_strerror(&reason);
        zip_error_fini(&reason);
        return Error{Code::Corrupt, "The workbook is damaged or was cut off while it was copied (" +
                                        why +
                                        "). Copy it again, or open it in Excel and save it anew."};
    }
    zip_error_fini(&reason);
    auto archive = std::make_shared<Archive>();
    archive->zip = zip;
    return WorkbookPackage(std::move(archive));
}

bool WorkbookPackage::has(const std::string& part) const {
    return zip_name_locate(archive_->zip, part.c_str(), ZIP_FL_NOCASE) >= 0;
}

Status WorkbookPackage::checkSizes(const std::vector<std::string>& parts) const {
    std::uint64_t total = 0;
    for (const auto& part : parts) {
        zip_stat_t stat;
        if (zip_stat(archive_->zip, part.c_str(), ZIP_FL_NOCASE, &stat) != 0) continue;
        if ((stat.valid & ZIP_STAT_SIZE) == 0) continue;
        if (stat.size > kMaxUnpackedBytes || (total += stat.size) > kMaxUnpackedBytes)
            return tooLarge(part);
    }
    return {};
}

Status WorkbookPackage::read(const std::string& part, XmlVisitor& visitor) const {
    const Error damaged{Code::Corrupt,
                        "The workbook is damaged: its part \"" + part +
                            "\" cannot be read. Open it in Excel or LibreOffice and save it anew."};
    const zip_int64_t index = zip_name_locate(archive_->zip, part.c_str(), ZIP_FL_NOCASE);
    zip_stat_t stat;
    if (index < 0 || zip_stat_index(archive_->zip, static_cast<zip_uint64_t>(index), 0, &stat) != 0)
        return damaged;
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method != ZIP_EM_NONE)
        return Error{Code::InvalidInput,
                     "The workbook is protected with a password. Take it off and save again."};
    if ((stat.valid & ZIP_STAT_SIZE) && stat.size > kMaxUnpackedBytes) return tooLarge(part);

    std::unique_ptr<zip_file_t, PartCloser> file(
        zip_fopen_index(archive_->zip, static_cast<zip_uint64_t>(index), 0));
    std::unique_ptr<XML_ParserStruct, ParserCloser> parser(XML_ParserCreate(nullptr));
    if (!file || !parser) return damaged;
    Parse parse{parser.get(), visitor, {}};
    XML_SetUserData(parser.get(), &parse);
    XML_SetElementHandler(parser.get(), Parse::onOpen, Parse::onClose);
    XML_SetCharacterDataHandler(parser.get(), Parse::onText);
    XML_SetStartDoctypeDeclHandler(parser.get(), Parse::onDoctype);

    std::array<char, 1 << 16> buffer;
    for (;;) {
        const zip_int64_t got = zip_fread(file.get(), buffer.data(), buffer.size());
        if (got < 0) return damaged;
        archive_->unpacked += static_cast<std::size_t>(got);
        // The size in the directory may lie, so what comes out is counted too.
        if (archive_->unpacked > kMaxUnpackedBytes) return tooLarge(part);
        const auto parsed = XML_Parse(parser.get(), buffer.data(), static_cast<int>(got), got == 0);
        if (!parse.status.ok()) return parse.status;
        if (parsed != XML_STATUS_OK) return damaged;
        if (got == 0) return {};
    }
}

}  // namespace sotay
