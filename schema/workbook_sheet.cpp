#include "schema/workbook_sheet.h"

#include <charconv>
#include <map>

namespace sotay {
namespace {

constexpr std::size_t kMaxStyles = 70000;  // Excel's own limit is 65,490
constexpr std::size_t kMaxShared = 700'000;
constexpr std::uint64_t kMaxArea = 100'000'000;  // rows times columns of what is filled
constexpr std::size_t kMaxMerges = 100'000;

std::optional<std::size_t> number(std::string_view text) {
    std::size_t value = 0;
    auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (bad != std::errc() || end != text.data() + text.size()) return {};
    return value;
}

// Text of <t> elements, runs joined; the reading aids of East Asian text (<rPh>) left out.
class RichText {
  public:
    void open(std::string_view name) {
        if (name == "rPh") aside_ = true;
        if (name == "t") inText_ = !aside_;
    }
    void close(std::string_view name) {
        if (name == "rPh") aside_ = false;
        if (name == "t") inText_ = false;
    }
    void text(std::string_view piece) {
        if (inText_) text_ += piece;
    }
    std::string take() { return std::exchange(text_, {}); }

  private:
    std::string text_;
    bool aside_ = false, inText_ = false;
};

class SharedStrings : public XmlVisitor {
  public:
    explicit SharedStrings(WorkbookBudget& budget) : budget_(budget) {}

    Status open(std::string_view name, const XmlAttributes&) override {
        rich_.open(name);
        return {};
    }
    Status close(std::string_view name) override {
        rich_.close(name);
        if (name != "si") return {};
        if (strings.size() == kMaxShared)
            return Error{Code::InvalidInput,
                         "The workbook holds more than 700,000 different texts."};
        strings.push_back(normaliseText(unescaped(rich_.take())));
        return budget_.spendText(strings.back().size());
    }
    Status text(std::string_view piece) override {
        rich_.text(piece);
        return {};
    }

    std::vector<std::string> strings;

  private:
    WorkbookBudget& budget_;
    RichText rich_;
};

class Styles : public XmlVisitor {
  public:
    Status open(std::string_view name, const XmlAttributes& attributes) override {
        if (name == "numFmt" && codes_.size() < kMaxStyles)
            codes_[std::string(attributes["numFmtId"])] = attributes["formatCode"];
        if (name == "cellXfs") inCells_ = true;
        if (name == "xf" && inCells_ && looks.size() < kMaxStyles) {
            const std::string id(attributes["numFmtId"]);
            auto code = codes_.find(id);
            looks.push_back(code != codes_.end()
                                ? lookOfFormat(-1, code->second)
                                : lookOfFormat(static_cast<int>(number(id).value_or(0)), ""));
        }
        return {};
    }
    Status close(std::string_view name) override {
        if (name == "cellXfs") inCells_ = false;
        return {};
    }
    Status text(std::string_view) override { return {}; }

    std::vector<NumberLook> looks;

  private:
    std::map<std::string, std::string> codes_;
    bool inCells_ = false;
};

class Cells : public XmlVisitor {
  public:
    Cells(std::string name, const WorkbookContext& context, WorkbookBudget& budget)
        : context_(context), budget_(budget) {
        sheet.name = std::move(name);
    }

    Status open(std::string_view name, const XmlAttributes& attributes) override {
        rich_.open(name);
        if (name == "row") return openRow(attributes);
        if (name == "c") return openCell(attributes);
        if (name == "v") inValue_ = true;
        if (name == "mergeCell") keepMerge(attributes["ref"]);
        return {};
    }

    Status close(std::string_view name) override {
        rich_.close(name);
        if (name == "v") inValue_ = false;
        return name == "c" ? closeCell() : Status();
    }

    Status text(std::string_view piece) override {
        rich_.text(piece);
        if (inValue_) value_ += piece;
        return {};
    }

    Sheet sheet;

  private:
    Status openRow(const XmlAttributes& attributes) {
        auto given = number(attributes["r"]);
        if (!given)
            ++row_;
        else if (*given == 0 || *given > kMaxRows)
            return outside("row " + std::string(attributes["r"]));
        else
            row_ = static_cast<std::uint32_t>(*given);
        column_ = 0;
        return {};
    }

    Status openCell(const XmlAttributes& attributes) {
        const std::string_view reference = attributes["r"];
        if (!reference.empty()) {
            auto place = parsePlace(reference);
            if (!place) return outside("cell " + std::string(reference.substr(0, 40)));
            row_ = place->row + 1;
            column_ = place->column;
        }
        kind_ = attributes["t"];
        auto style = number(attributes["s"]);
        look_ =
            style && *style < context_.looks.size() ? context_.looks[*style] : NumberLook::Plain;
        value_.clear();
        rich_.take();
        return {};
    }

    Status closeCell() {
        std::string text = cellText();
        const std::uint32_t column = column_++;
        if (text.empty() || row_ == 0) return {};
        if (column >= kMaxColumns) return outside("column " + std::to_string(column + 1));
        if (auto spent = makeRoom(column); !spent.ok()) return spent;
        auto spent = budget_.spendText(text.size());
        sheet.rows[row_ - 1][column] = std::move(text);
        return spent;
    }

    std::string cellText() {
        if (kind_ == "inlineStr") return normaliseText(unescaped(rich_.take()));
        if (value_.empty()) return {};
        if (kind_ == "s") {
            auto index = number(value_);
            return index && *index < context_.sharedStrings.size() ? context_.sharedStrings[*index]
                                                                   : "";
        }
        if (kind_ == "b") return value_ == "1" ? "TRUE" : "FALSE";
        if (kind_ == "str" || kind_ == "e") return normaliseText(unescaped(value_));
        if (kind_ == "d") return normaliseText(value_);  // strict OOXML writes dates out
        return shownNumber(value_, look_, context_.since1904);
    }

    Status makeRoom(std::uint32_t column) {
        std::size_t cost = 0;
        if (sheet.rows.size() < row_) cost += row_ - sheet.rows.size();
        widest_ = std::max<std::uint64_t>(widest_, column + 1);
        if (widest_ * std::max<std::uint64_t>(row_, sheet.rows.size()) > kMaxArea)
            return Error{Code::InvalidInput,
                         "The sheet \"" + sheet.name + "\" is filled as far as row " +
                             std::to_string(std::max<std::size_t>(row_, sheet.rows.size())) +
                             " and column " + std::to_string(widest_) +
                             ". Delete the stray cells at its end and save it again."};
        if (sheet.rows.size() >= row_ && sheet.rows[row_ - 1].size() > column) return {};
        cost += column + 1 - (sheet.rows.size() >= row_ ? sheet.rows[row_ - 1].size() : 0);
        if (auto spent = budget_.spendCells(cost, sheet.name); !spent.ok()) return spent;
        if (sheet.rows.size() < row_) sheet.rows.resize(row_);
        sheet.rows[row_ - 1].resize(column + 1);
        return {};
    }

    void keepMerge(std::string_view reference) {
        const auto colon = reference.find(':');
        if (colon == std::string_view::npos || sheet.merged.size() == kMaxMerges) return;
        auto first = parsePlace(reference.substr(0, colon)),
             last = parsePlace(reference.substr(colon + 1));
        if (first && last)
            sheet.merged.push_back({first->row, first->column, last->row, last->column});
    }

    Error outside(const std::string& what) const {
        return {Code::InvalidInput,
                "The sheet \"" + sheet.name + "\" claims " + what +
                    ", which is more than a workbook can hold. Save it again with Excel or "
                    "LibreOffice."};
    }

    const WorkbookContext& context_;
    WorkbookBudget& budget_;
    RichText rich_;
    std::uint32_t row_ = 0, column_ = 0;  // row 1-based, column of the next cell 0-based
    std::uint64_t widest_ = 0;
    std::string kind_, value_;
    NumberLook look_ = NumberLook::Plain;
    bool inValue_ = false;
};

}  // namespace

Status WorkbookBudget::spendCells(std::size_t count, const std::string& sheet) {
    if (count > cells)
        return Error{Code::InvalidInput,
                     "The workbook has more than a million cells (reached in the sheet \"" + sheet +
                         "\"). Keep large lists in a .csv file beside it."};
    cells -= count;
    return {};
}

Status WorkbookBudget::spendText(std::size_t bytes) {
    if (bytes > textBytes)
        return Error{Code::InvalidInput,
                     "The workbook holds more than 48 MiB of text; no questionnaire does."};
    textBytes -= bytes;
    return {};
}

Result<std::vector<std::string>> readSharedStrings(const WorkbookPackage& package,
                                                   const std::string& part,
                                                   WorkbookBudget& budget) {
    SharedStrings strings(budget);
    if (auto read = package.read(part, strings); !read.ok()) return read.error();
    return std::move(strings.strings);
}

Result<std::vector<NumberLook>> readStyles(const WorkbookPackage& package,
                                           const std::string& part) {
    Styles styles;
    if (auto read = package.read(part, styles); !read.ok()) return read.error();
    return std::move(styles.looks);
}

Result<Sheet> readSheet(const WorkbookPackage& package, const std::string& part,
                        const std::string& name, const WorkbookContext& context,
                        WorkbookBudget& budget) {
    Cells cells(name, context, budget);
    if (auto read = package.read(part, cells); !read.ok()) return read.error();
    return std::move(cells.sheet);
}

}  // namespace sotay
