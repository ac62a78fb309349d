#include "schema/xpath_lexer.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "schema/ascii_text.h"

namespace sotay {
namespace {

using Kind = XPathToken::Kind;

// Letters of every script may be in a name, so every byte above ASCII is taken for one.
bool startsName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool continuesName(char c) { return startsName(c) || isDigit(c) || c == '.' || c == '-'; }

struct Spelling {
    std::string_view text;
    Kind kind;
    XPathOperator op;
};

// Longer spellings before their beginnings.
constexpr Spelling kSymbols[] = {
    {"!=", Kind::Operator, XPathOperator::NotEqual},
    {"<=", Kind::Operator, XPathOperator::LessEqual},
    {">=", Kind::Operator, XPathOperator::GreaterEqual},
    {"=", Kind::Operator, XPathOperator::Equal},
    {"<", Kind::Operator, XPathOperator::Less},
    {">", Kind::Operator, XPathOperator::Greater},
    {"+", Kind::Operator, XPathOperator::Add},
    {"|", Kind::Operator, XPathOperator::Union},
    {"//", Kind::DoubleSlash, XPathOperator::Or},
    {"/", Kind::Slash, XPathOperator::Or},
    {"[", Kind::LeftBracket, XPathOperator::Or},
    {"]", Kind::RightBracket, XPathOperator::Or},
    {"(", Kind::LeftParen, XPathOperator::Or},
    {")", Kind::RightParen, XPathOperator::Or},
    {"..", Kind::DoubleDot, XPathOperator::Or},
    {".", Kind::Dot, XPathOperator::Or},
    {"@", Kind::At, XPathOperator::Or},
    {",", Kind::Comma, XPathOperator::Or},
    {"::", Kind::DoubleColon, XPathOperator::Or},
};

constexpr Spelling kWords[] = {
    {"and", Kind::Operator, XPathOperator::And},
    {"or", Kind::Operator, XPathOperator::Or},
    {"div", Kind::Operator, XPathOperator::Divide},
    {"mod", Kind::Operator, XPathOperator::Modulo},
};

bool endsOperand(Kind kind) {
    switch (kind) {
        case Kind::Wildcard:
        case Kind::PrefixWildcard:
        case Kind::Name:
        case Kind::Variable:
        case Kind::Reference:
        case Kind::LastSaved:
        case Kind::Number:
        case Kind::String:
        case Kind::RightBracket:
        case Kind::RightParen:
        case Kind::Dot:
        case Kind::DoubleDot:
            return true;
        default:
            return false;
    }
}

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Result<std::vector<XPathToken>> run() {
        while (skipSpace(), at_ < text_.size()) {
            if (!next()) return Error{Code::InvalidInput, std::move(problem_)};
            tokens_.back().end = at_;
            afterOperand_ = endsOperand(tokens_.back().kind);
        }
        add(Kind::End);
        tokens_.back().end = at_;
        return std::move(tokens_);
    }

  private:
    // Non-breaking spaces come with text that was pasted into a workbook.
    void skipSpace() {
        for (;;) {
            std::string_view rest = text_.substr(at_);
            if (!rest.empty() &&
                std::string_view(" \n\t\f\r").find(rest[0]) != std::string_view::npos) {
                ++at_;
            } else if (rest.starts_with("\xC2\xA0")) {
                at_ += 2;
            } else {
                return;
            }
        }
    }

    XPathToken& add(Kind kind) {
        tokens_.push_back({});
        tokens_.back().kind = kind;
        tokens_.back().begin = at_;
        return tokens_.back();
    }

    bool fail(std::string what) {
        problem_ = fmt::format("{} {}.", what, describePlace(text_, at_));
        return false;
    }

    bool next() {
        char c = text_[at_];
        char d = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
        if (isDigit(c) || (c == '.' && isDigit(d))) return number();
        if (c == '\'' || c == '"') return string(c);
        if (c == '$') return d == '{' ? reference() : variable();
        if (c == '-')
            return afterOperand_ ? symbol(Kind::Operator, XPathOperator::Subtract)
                                 : symbol(Kind::Minus);
        if (c == '*')
            return afterOperand_ ? symbol(Kind::Operator, XPathOperator::Multiply)
                                 : symbol(Kind::Wildcard);
        for (const Spelling& spelling : kSymbols) {
            if (!text_.substr(at_).starts_with(spelling.text)) continue;
            XPathToken& token = add(spelling.kind);
            token.op = spelling.op;
            at_ += spelling.text.size();
            return true;
        }
        if (afterOperand_) return word();
        if (startsName(c)) return name();
        return fail("This character has no meaning in an expression");
    }

    bool symbol(Kind kind, XPathOperator op = XPathOperator::Or) {
        add(kind).op = op;
        ++at_;
        return true;
    }

    bool number() {
        std::size_t from = at_;
        XPathToken& token = add(Kind::Number);
        bool point = false;
        while (at_ < text_.size() && (isDigit(text_[at_]) || (!point && text_[at_] == '.'))) {
            point = point || text_[at_] == '.';
            ++at_;
        }
        const char* first = text_.data() + from;
        const char* last = text_.data() + at_;
        auto read = std::from_chars(first, last, token.number, std::chars_format::fixed);
        if (read.ec == std::errc::result_out_of_range)
            return fail("This number is too large or too small");
        return true;
    }

    bool string(char quote) {
        std::size_t close = text_.find(quote, at_ + 1);
        if (close == std::string_view::npos) {
            return fail(
                fmt::format("The text that begins with {} has no closing {}", quote, quote));
        }
        add(Kind::String).text = text_.substr(at_ + 1, close - at_ - 1);
        at_ = close + 1;
        return true;
    }

    bool reference() {
        std::size_t close = text_.find('}', at_);
        if (close == std::string_view::npos) return fail("${ has no closing }");
        std::string_view inside = text_.substr(at_ + 2, close - at_ - 2);
        while (!inside.empty() && inside.front() == ' ') inside.remove_prefix(1);
        while (!inside.empty() && inside.back() == ' ') inside.remove_suffix(1);
        Kind kind = Kind::Reference;
        constexpr std::string_view kLastSaved = "last-saved#";
        if (inside.starts_with(kLastSaved)) {
            kind = Kind::LastSaved;
            inside.remove_prefix(kLastSaved.size());
        }
        if (inside.empty() || qualifiedNameAt(inside, 0) != inside.size()) {
            return fail("${...} must hold the name of a question");
        }
        add(kind).text = inside;
        at_ = close + 1;
        return true;
    }

    bool variable() {
        std::size_t length = qualifiedNameAt(text_, at_ + 1);
        if (length == 0) return fail("A question is named as ${name}; this $ stands alone");
        add(Kind::Variable).text = text_.substr(at_ + 1, length);
        at_ += length + 1;
        return true;
    }

    bool word() {
        for (const Spelling& spelling : kWords) {
            std::string_view here = text_.substr(at_, spelling.text.size());
            if (here.size() != spelling.text.size()) continue;
            bool same = true;
            for (std::size_t i = 0; i < here.size(); ++i)
                same = same && (here[i] | 0x20) == spelling.text[i];
            if (!same) continue;
            add(spelling.kind).op = spelling.op;
            at_ += spelling.text.size();
            return true;
        }
        return fail("An operator such as `and`, `=` or `+` is expected");
    }

    bool name() {
        std::size_t length = qualifiedNameAt(text_, at_);
        std::string_view found = text_.substr(at_, length);
        bool prefix =
            found.find(':') == std::string_view::npos && text_.substr(at_ + length, 2) == ":*";
        add(prefix ? Kind::PrefixWildcard : Kind::Name).text = found;
        at_ += length + (prefix ? 2 : 0);
        return true;
    }

    static std::size_t nameAt(std::string_view text, std::size_t from) {
        if (from >= text.size() || !startsName(text[from])) return 0;
        std::size_t to = from + 1;
        // A non-breaking space ends a name as any space does.
        while (to < text.size() && continuesName(text[to]) && text.substr(to, 2) != "\xC2\xA0")
            ++to;
        return to - from;
    }

    static std::size_t qualifiedNameAt(std::string_view text, std::size_t from) {
        std::size_t length = nameAt(text, from);
        if (length == 0 || from + length >= text.size() || text[from + length] != ':')
            return length;
        std::size_t local = nameAt(text, from + length + 1);
        return local == 0 ? length : length + 1 + local;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool afterOperand_ = false;
    std::vector<XPathToken> tokens_;
    std::string problem_;
};

}  // namespace

std::string describePlace(std::string_view text, std::size_t position) {
    if (position >= text.size()) return "at the end of the expression";
    std::size_t character = 1;
    for (char c : text.substr(0, position)) character += (c & 0xC0) != 0x80 ? 1 : 0;
    std::size_t length = 0;
    for (std::size_t shown = 0; position + length < text.size(); ++length) {
        if ((text[position + length] & 0xC0) == 0x80) continue;
        if (++shown > 15) break;
    }
    return fmt::format("at character {}, near `{}`", character, text.substr(position, length));
}

Result<std::vector<XPathToken>> tokenizeXPath(std::string_view text) { return Lexer(text).run(); }

}  // namespace sotay
