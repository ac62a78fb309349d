#include "schema/xpath_regex.h"

#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <re2/re2.h>

#include "schema/ascii_text.h"

namespace sotay {
namespace {

constexpr std::size_t kMaxPattern = 4096;
constexpr int kMaxRepeat = 1000;  // RE2's own limit for one repetition
constexpr int kMaxTotalRepeat = 20000;

struct PosixClass {
    std::string_view java, re2;
};

constexpr PosixClass kClasses[] = {
    {"Alpha", "[:alpha:]"}, {"Digit", "[:digit:]"}, {"Alnum", "[:alnum:]"},
    {"Upper", "[:upper:]"}, {"Lower", "[:lower:]"}, {"Punct", "[:punct:]"},
    {"Space", "[:space:]"}, {"Blank", "[:blank:]"}, {"XDigit", "[:xdigit:]"},
    {"Graph", "[:graph:]"}, {"Print", "[:print:]"}, {"Cntrl", "[:cntrl:]"},
    {"ASCII", "[:ascii:]"},
};

bool isHex(char c) { return isDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

// Rewrites Java's spelling as RE2's. What RE2 would understand differently is refused.
class Translator {
  public:
    explicit Translator(std::string_view pattern) : in_(pattern) {}

    std::string out;
    std::string problem;

    bool run() {
        while (at_ < in_.size() && problem.empty()) next();
        return problem.empty();
    }

  private:
    void next() {
        char c = in_[at_];
        if (c == '{') return repetition();
        if (c == '*' || c == '+' || c == '?') return quantifier();
        if (c == '(') {
            open_.push_back(out.size());
            group();
            return;
        }
        if (c == ')') {
            out += c;
            ++at_;
            atom_ = open_.empty() ? out.size() - 1 : open_.back();
            if (!open_.empty()) open_.pop_back();
            return;
        }
        atom_ = out.size();
        if (c == '[') return characterClass();
        if (c == '\\') return escape(false);
        do {
            out += in_[at_++];
        } while (at_ < in_.size() && (in_[at_] & 0xC0) == 0x80);
    }

    void quantifier() {
        out += in_[at_++];
        if (at_ < in_.size() && in_[at_] == '+')
            problem = "possessive repetition (a second + after *, + or ?)";
    }

    // x{n,m} beyond RE2's limit becomes x{1000}x{...}: the same texts match.
    void repetition() {
        std::size_t close = in_.find('}', at_);
        std::string_view inside =
            close == std::string_view::npos ? "" : in_.substr(at_ + 1, close - at_ - 1);
        int least = 0, most = -1;
        const char* end = inside.data() + inside.size();
        auto read = std::from_chars(inside.data(), end, least);
        bool open = false;
        if (read.ec == std::errc() && read.ptr == end) {
            most = least;
        } else if (read.ec == std::errc() && *read.ptr == ',') {
            open = read.ptr + 1 == end;
            auto second = std::from_chars(read.ptr + 1, end, most);
            if (!open && (second.ec != std::errc() || second.ptr != end)) return malformed();
        } else {
            return malformed();
        }
        if (!open && most < least) return malformed();
        if (least > kMaxTotalRepeat || most > kMaxTotalRepeat) {
            problem = fmt::format("a repetition above {}", kMaxTotalRepeat);
            return;
        }
        at_ = close + 1;
        if (least <= kMaxRepeat && most <= kMaxRepeat) {
            out += open ? fmt::format("{{{},}}", least) : fmt::format("{{{},{}}}", least, most);
        } else {
            repeatInPieces(least, most, open);
        }
        if (at_ < in_.size() && in_[at_] == '?') out += in_[at_++];
        if (at_ < in_.size() && in_[at_] == '+') problem = "possessive repetition (a + after })";
    }

    void malformed() {
        problem = "a { that does not begin a repetition such as {2,5}; write \\{ for the character";
    }

    void repeatInPieces(int least, int most, bool open) {
        std::string atom = out.substr(atom_);
        out.resize(atom_);
        out += "(?:";
        for (int rest = least; rest > 0; rest -= kMaxRepeat)
            out += fmt::format("{}{{{}}}", atom, std::min(rest, kMaxRepeat));
        if (open) out += atom + "*";
        for (int rest = most - least; !open && rest > 0; rest -= kMaxRepeat) {
            out += fmt::format("{}{{0,{}}}", atom, std::min(rest, kMaxRepeat));
        }
        out += ")";
    }

    void group() {
        std::string_view rest = in_.substr(at_);
        if (rest.starts_with("(?=") || rest.starts_with("(?!")) {
            problem = "look-ahead (?= or (?! elsewhere than at the beginning";
        } else if (rest.starts_with("(?<=") || rest.starts_with("(?<!")) {
            problem = "look-behind (?<";
        } else if (rest.starts_with("(?>")) {
            problem = "an atomic group (?>";
        } else if (rest.starts_with("(?<")) {
            out += "(?P<";
            at_ += 3;
        } else if (rest.starts_with("(?")) {
            out += "(?";
            at_ += 2;
            while (at_ < in_.size() && in_[at_] != ')' && in_[at_] != ':') out += in_[at_++];
            if (at_ < in_.size() && in_[at_] == ':') out += in_[at_++];
        } else {
            out += '(';
            ++at_;
        }
    }

    // Java nests classes and intersects them; RE2 would read the brackets as characters.
    void characterClass() {
        out += in_[at_++];
        if (at_ < in_.size() && in_[at_] == '^') out += in_[at_++];
        bool first = true;
        while (at_ < in_.size() && problem.empty() && (first || in_[at_] != ']')) {
            first = false;
            std::string_view rest = in_.substr(at_);
            if (rest.starts_with("&&")) {
                problem = "an intersection && of character classes";
            } else if (rest[0] == '[' && !rest.starts_with("[:")) {
                problem = "a character class inside another; write \\[ for the character";
            } else if (rest.starts_with("[:")) {
                std::size_t close = rest.find(":]");
                if (close == std::string_view::npos)
                    problem = "a character class inside another; write \\[ for the character";
                else {
                    out += rest.substr(0, close + 2);
                    at_ += close + 2;
                }
            } else if (rest[0] == '\\') {
                escape(true);
            } else {
                out += in_[at_++];
            }
        }
        if (!problem.empty()) return;
        if (at_ >= in_.size()) {
            problem = "a [ without ]";
            return;
        }
        out += in_[at_++];
    }

    void escape(bool inClass) {
        if (at_ + 1 >= in_.size()) {
            problem = "a \\ at the end";
            return;
        }
        char c = in_[at_ + 1];
        if (c == 'u') return unicode();
        if (c == 'p' || c == 'P') return property(inClass);
        if (isDigit(c) && c != '0') {
            problem = fmt::format("a back-reference \\{}", c);
            return;
        }
        std::string_view replacement = c == 'h'   ? (inClass ? " \\t" : "[ \\t]")
                                       : c == 'e' ? "\\x1b"
                                       : c == '_' ? "_"
                                       : c == 'R' ? "(?:\\r\\n|[\\n\\r])"
                                       : c == 'Z' ? "\\z"
                                                  : "";
        at_ += 2;
        if (!replacement.empty()) {
            out += replacement;
            return;
        }
        if (c == 's' || c == 'S') {  // with the vertical tab, which RE2 leaves out
            if (inClass)
                out += c == 's' ? "\\s\\v" : "\\S";
            else
                out += c == 's' ? "[\\s\\v]" : "[^\\s\\v]";
            return;
        }
        // An escaped letter of another script stands for itself.
        if ((c & 0x80) == 0) out += '\\';
        out += c;
    }

    void unicode() {
        std::string_view digits = in_.substr(at_ + 2, 4);
        for (char c : digits) {
            if (!isHex(c)) digits = {};
        }
        if (digits.size() != 4) {
            problem = "\\u without four hexadecimal digits";
            return;
        }
        out += fmt::format("\\x{{{}}}", digits);
        at_ += 6;
    }

    void property(bool inClass) {
        std::string_view rest = in_.substr(at_ + 2);
        std::size_t close = rest.starts_with('{') ? rest.find('}') : std::string_view::npos;
        if (close == std::string_view::npos) {
            out += in_.substr(at_, 2);
            at_ += 2;
            return;
        }
        std::string_view name = rest.substr(1, close - 1);
        bool negated = in_[at_ + 1] == 'P';
        for (const PosixClass& known : kClasses) {
            if (name != known.java) continue;
            std::string spelled(known.re2);
            if (negated) spelled.insert(2, 1, '^');
            out += inClass ? spelled : "[" + spelled + "]";
            at_ += 2 + close + 1;
            return;
        }
        if (name.starts_with("Is")) name.remove_prefix(2);
        out += fmt::format("\\{}{{{}}}", negated ? 'P' : 'p', name == "Alphabetic" ? "L" : name);
        at_ += 2 + close + 1;
    }

    std::string_view in_;
    std::size_t at_ = 0;
    std::size_t atom_ = 0;  // where in `out` the last thing that can be repeated begins
    std::vector<std::size_t> open_;
};

class Compiled : public FormPattern {
  public:
    explicit Compiled(std::string_view pattern) {
        if (pattern.size() > kMaxPattern) {
            problem_ = fmt::format("The pattern of regex() is longer than {} bytes.", kMaxPattern);
            return;
        }
        std::string_view rest = pattern;
        while (problem_.empty() && takeLookAhead(rest)) {
        }
        if (problem_.empty()) main_ = prepare(rest);
    }

    const std::string& problem() const override { return problem_; }

    bool matches(std::string_view text) const override {
        if (!problem_.empty()) return false;
        re2::StringPiece piece(text.data(), text.size());
        for (const LookAhead& look : looks_) {
            bool found = look.pattern->Match(piece, 0, text.size(), RE2::ANCHOR_START, nullptr, 0);
            if (found == look.negative) return false;
        }
        return RE2::FullMatch(piece, *main_);
    }

  private:
    struct LookAhead {
        std::unique_ptr<RE2> pattern;
        bool negative;
    };

    // "^(?=...)" at the beginning of the pattern: a further pattern that the text has to begin
    // with, or must not.
    bool takeLookAhead(std::string_view& rest) {
        std::string_view after = rest;
        if (after.starts_with('^')) after.remove_prefix(1);
        if (!after.starts_with("(?=") && !after.starts_with("(?!")) return false;
        std::size_t close = closing(after);
        if (close == std::string_view::npos) return false;
        // An alternative beside it would not need the look-ahead; what is repeated is no condition.
        if (hasAlternative(after.substr(close + 1))) return false;
        bool negative = after[2] == '!';
        looks_.push_back({prepare(after.substr(3, close - 3)), negative});
        rest = after.substr(close + 1);
        return true;
    }

    static std::size_t closing(std::string_view text) { return scan(text, false); }
    static bool hasAlternative(std::string_view text) {
        return scan(text, true) != std::string_view::npos;
    }

    // The place of the bracket that closes the first one, or of a | outside all brackets.
    static std::size_t scan(std::string_view text, bool forBar) {
        int depth = 0;
        bool inClass = false;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '\\')
                ++i;
            else if (inClass)
                inClass = text[i] != ']';
            else if (text[i] == '[')
                inClass = true;
            else if (text[i] == '(')
                ++depth;
            else if (text[i] == ')' && --depth == 0 && !forBar)
                return i;
            else if (text[i] == '|' && depth == 0 && forBar)
                return i;
        }
        return std::string_view::npos;
    }

    std::unique_ptr<RE2> prepare(std::string_view pattern) {
        Translator translator(pattern);
        if (!translator.run()) {
            problem_ = fmt::format("The pattern of regex() cannot be used: it has {}.",
                                   translator.problem);
            return nullptr;
        }
        RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(16 << 20);
        auto compiled = std::make_unique<RE2>(translator.out, options);
        if (!compiled->ok())
            problem_ = fmt::format("The pattern of regex() cannot be used: {}.", compiled->error());
        return compiled;
    }

    std::string problem_;
    std::unique_ptr<RE2> main_;
    std::vector<LookAhead> looks_;
};

}  // namespace

std::shared_ptr<const FormPattern> FormPattern::compile(std::string_view pattern) {
    return std::make_shared<Compiled>(pattern);
}

}  // namespace sotay
