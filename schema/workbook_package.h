#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"

namespace sotay {

constexpr std::size_t kMaxUnpackedBytes = 64u << 20;  // of all parts that are read, together
constexpr std::size_t kMaxFileBytes = 64u << 20;      // of the workbook as it lies on disk

// The attributes of one element, by name without prefix. Lent for the time of one call.
class XmlAttributes {
  public:
    explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}
    std::string_view operator[](std::string_view name) const;  // "" when absent

  private:
    const char** pairs_;
};

// What is found while a part is read, in document order. Element names come without their prefix.
// An error ends the reading and is what the reading gives.
class XmlVisitor {
  public:
    virtual ~XmlVisitor() = default;
    virtual Status open(std::string_view name, const XmlAttributes& attributes) = 0;
    virtual Status close(std::string_view name) = 0;
    virtual Status text(std::string_view piece) = 0;  // may come in several pieces
};

// The parts of an Office document: a zip of XML files. Parts are unpacked and parsed piece by
// piece, so that memory does not depend on what a part claims to hold. One thread.
class WorkbookPackage {
  public:
    // `bytes` must outlive the package.
    static Result<WorkbookPackage> open(std::span<const std::byte> bytes);

    bool has(const std::string& part) const;
    // Refuses at once when these parts claim to unpack to more than may be read in all.
    Status checkSizes(const std::vector<std::string>& parts) const;
    // Corrupt when the part is absent, damaged, too large or no plain XML (document types are
    // refused: they are how entity bombs are made, and no spreadsheet program writes them).
    Status read(const std::string& part, XmlVisitor& visitor) const;

  private:
    struct Archive;
    explicit WorkbookPackage(std::shared_ptr<Archive> archive) : archive_(std::move(archive)) {}
    std::shared_ptr<Archive> archive_;  // shared only because a Result is copyable
};

// Says what the bytes are instead of an .xlsx, or nothing when they may be one.
std::optional<Error> whyNotWorkbook(std::span<const std::byte> bytes);

}  // namespace sotay
