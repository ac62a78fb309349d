#include <map>

#include "schema/workbook_sheet.h"
#include "schema/xlsform.h"

namespace sotay {
namespace {

constexpr std::size_t kMaxSheets = 1000;

bool endsWith(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// The links from one part to others. Types are compared by their last step, since the strict form
// of the format has another address before it.
class Relationships : public XmlVisitor {
  public:
    explicit Relationships(std::string folder) : folder_(std::move(folder)) {}

    Status open(std::string_view name, const XmlAttributes& attributes) override {
        if (name != "Relationship" || attributes["TargetMode"] == "External") return {};
        std::string target(attributes["Target"]);
        target = !target.empty() && target[0] == '/' ? target.substr(1) : folder_ + target;
        for (auto up = target.find("/../"); up != std::string::npos; up = target.find("/../")) {
            const auto before = up == 0 ? std::string::npos : target.rfind('/', up - 1);
            const auto from = before == std::string::npos ? 0 : before + 1;
            target.erase(from, up + 4 - from);
        }
        const std::string_view type = attributes["Type"];
        const auto slash = type.rfind('/');
        links.push_back(
            {std::string(attributes["Id"]),
             std::string(slash == std::string_view::npos ? type : type.substr(slash + 1)), target});
        return {};
    }
    Status close(std::string_view) override { return {}; }
    Status text(std::string_view) override { return {}; }

    struct Link {
        std::string id, type, target;
    };
    const Link* byId(std::string_view id) const {
        for (const auto& link : links)
            if (link.id == id) return &link;
        return nullptr;
    }
    const Link* byType(std::string_view type) const {
        for (const auto& link : links)
            if (link.type == type) return &link;
        return nullptr;
    }

    std::vector<Link> links;

  private:
    std::string folder_;
};

class SheetList : public XmlVisitor {
  public:
    Status open(std::string_view name, const XmlAttributes& attributes) override {
        if (name == "workbookPr")
            since1904 = attributes["date1904"] == "1" || attributes["date1904"] == "true";
        if (name != "sheet") return {};
        if (sheets.size() == kMaxSheets)
            return Error{Code::InvalidInput, "The workbook has more than a thousand sheets."};
        sheets.push_back({normaliseText(attributes["name"]), std::string(attributes["id"])});
        return {};
    }
    Status close(std::string_view) override { return {}; }
    Status text(std::string_view) override { return {}; }

    std::vector<std::pair<std::string, std::string>> sheets;  // name, relationship
    bool since1904 = false;
};

std::string folderOf(const std::string& part) {
    auto slash = part.rfind('/');
    return slash == std::string::npos ? "" : part.substr(0, slash + 1);
}

Result<std::string> workbookPart(const WorkbookPackage& package) {
    if (package.has("_rels/.rels")) {
        Relationships root("");
        if (auto read = package.read("_rels/.rels", root); !read.ok()) return read.error();
        if (const auto* link = root.byType("officeDocument")) {
            if (endsWith(link->target, ".bin"))
                return Error{Code::InvalidInput,
                             "This is a binary workbook (.xlsb). Open it in Excel and save it as "
                             "\"Excel Workbook (.xlsx)\"."};
            if (package.has(link->target)) return link->target;
        }
    }
    if (package.has("xl/workbook.xml")) return std::string("xl/workbook.xml");
    if (package.has("content.xml"))
        return Error{Code::InvalidInput,
                     "This is an OpenDocument file. Open it in LibreOffice and save it as "
                     "\"Excel 2007-365 (.xlsx)\"."};
    return Error{Code::InvalidInput,
                 "This file is no workbook: it is a zip file without any sheets. Save the form "
                 "in Excel or LibreOffice as \"Excel Workbook (.xlsx)\"."};
}

}  // namespace

Result<Workbook> readWorkbook(std::span<const std::byte> bytes) {
    auto package = WorkbookPackage::open(bytes);
    if (!package.ok()) return package.error();
    auto part = workbookPart(*package);
    if (!part.ok()) return part.error();

    SheetList list;
    if (auto read = package->read(*part, list); !read.ok()) return read.error();
    const std::string folder = folderOf(*part);
    Relationships links(folder);
    const std::string linksPart = folder + "_rels/" + part->substr(folder.size()) + ".rels";
    if (auto read = package->read(linksPart, links); !read.ok()) return read.error();

    std::vector<std::string> parts;
    for (const auto& link : links.links) {
        if (link.type == "worksheet" || link.type == "styles" || link.type == "sharedStrings")
            parts.push_back(link.target);
    }
    if (auto sizes = package->checkSizes(parts); !sizes.ok()) return sizes.error();

    WorkbookBudget budget;
    WorkbookContext context;
    context.since1904 = list.since1904;
    if (const auto* styles = links.byType("styles"); styles && package->has(styles->target)) {
        auto looks = readStyles(*package, styles->target);
        if (!looks.ok()) return looks.error();
        context.looks = std::move(*looks);
    }
    if (const auto* shared = links.byType("sharedStrings");
        shared && package->has(shared->target)) {
        auto strings = readSharedStrings(*package, shared->target, budget);
        if (!strings.ok()) return strings.error();
        context.sharedStrings = std::move(*strings);
    }
    Workbook workbook;
    for (const auto& [name, id] : list.sheets) {
        const auto* link = links.byId(id);
        if (!link || link->type != "worksheet") continue;  // charts have no cells
        auto sheet = readSheet(*package, link->target, name, context, budget);
        if (!sheet.ok()) return sheet.error();
        workbook.sheets.push_back(std::move(*sheet));
    }
    return workbook;
}

}  // namespace sotay
