#include "schema/session_words.h"

#include <algorithm>

#include "schema/value.h"

namespace sotay {
namespace {

// The code of "Tiếng Việt (vi)" is "vi"; a bare "vi" is its own.
std::string codeOf(std::string_view language) {
    const auto open = language.find('(');
    if (open != std::string_view::npos) {
        language = language.substr(open + 1, language.find(')', open) - open - 1);
    }
    std::string code;
    for (const char c : language) {
        if (c == '-' || c == '_') break;
        code += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return code;
}

std::string parameterOr(const Node& node, const std::string& name, const std::string& fallback) {
    const auto found = node.parameter.find(name);
    return found == node.parameter.end() || found->second.empty() ? fallback : found->second;
}

}  // namespace

bool isVietnamese(std::string_view language) {
    if (codeOf(language) == "vi") return true;
    const auto folded = foldText(language);
    return folded.find("tieng viet") != std::string::npos ||
           folded.find("vietnam") != std::string::npos;
}

std::string languageOf(const Form& form, const std::string& wanted) {
    const auto& known = form.languages;
    if (std::find(known.begin(), known.end(), wanted) != known.end()) return wanted;
    const auto code = codeOf(wanted);
    const auto folded = foldText(wanted);
    for (const auto& language : known) {
        if (wanted.empty()) break;
        if (codeOf(language) == code || foldText(language).rfind(folded, 0) == 0) return language;
        if (isVietnamese(language) && isVietnamese(wanted)) return language;
    }
    if (!form.defaultLanguage.empty() || known.empty()) return form.defaultLanguage;
    return known.front();
}

std::string Words::of(Fault fault, const Node& node) const {
    switch (fault) {
        case Fault::None:
            return {};
        case Fault::NotOfType:
            return notOfType(node);
        case Fault::Required:
            return isVietnamese_ ? "Câu này bắt buộc phải trả lời." : "An answer is required.";
        case Fault::NotAChoice:
            return isVietnamese_ ? "Câu trả lời không có trong danh sách lựa chọn."
                                 : "This answer is not among the choices.";
        case Fault::OutOfRange: {
            const auto start = parameterOr(node, "start", "1"),
                       end = parameterOr(node, "end", "10"), step = parameterOr(node, "step", "1");
            if (isVietnamese_)
                return "Nhập số từ " + start + " đến " + end + ", bước " + step + ".";
            return "Enter a number from " + start + " to " + end + " in steps of " + step + ".";
        }
        case Fault::Constraint:
            return isVietnamese_ ? "Câu trả lời không hợp lệ với câu hỏi này."
                                 : "This answer is not allowed here.";
    }
    return {};
}

std::string Words::notOfType(const Node& node) const {
    switch (node.type) {
        case QuestionType::Integer:
            return isVietnamese_ ? "Nhập một số nguyên, ví dụ 12."
                                 : "Enter a whole number, such as 12.";
        case QuestionType::Decimal:
        case QuestionType::Range:
            return isVietnamese_ ? "Nhập một số, ví dụ 12.5." : "Enter a number, such as 12.5.";
        case QuestionType::Date:
            return isVietnamese_ ? "Nhập ngày có thật, ví dụ 2026-11-22 hoặc 22/11/2026."
                                 : "Enter a date that exists, such as 2026-11-22.";
        case QuestionType::Time:
            return isVietnamese_ ? "Nhập giờ, ví dụ 08:30." : "Enter a time, such as 08:30.";
        case QuestionType::DateTime:
            return isVietnamese_ ? "Nhập ngày và giờ, ví dụ 2026-11-22 08:30."
                                 : "Enter a date and time, such as 2026-11-22 08:30.";
        case QuestionType::GeoPoint:
        case QuestionType::StartGeoPoint:
            return isVietnamese_ ? "Nhập vĩ độ và kinh độ, ví dụ 16.8160 107.1000."
                                 : "Enter latitude and longitude, such as 16.8160 107.1000.";
        case QuestionType::GeoTrace:
            return isVietnamese_ ? "Nhập ít nhất hai điểm, cách nhau bằng dấu chấm phẩy."
                                 : "Enter at least two points, with semicolons between.";
        case QuestionType::GeoShape:
            return isVietnamese_ ? "Nhập ít nhất ba điểm, điểm cuối trùng với điểm đầu."
                                 : "Enter at least three points, ending where they began.";
        case QuestionType::Acknowledge:
            return isVietnamese_ ? "Chỉ có thể xác nhận (OK) hoặc để trống."
                                 : "This can only be acknowledged (OK) or left empty.";
        default:
            return isVietnamese_ ? "Không đọc được câu trả lời." : "This answer cannot be read.";
    }
}

std::string Words::warning() const {
    return isVietnamese_ ? "Giá trị này khác thường. Hãy kiểm tra lại, hoặc giữ lại và ghi lý do."
                         : "This value is unusual. Check it, or keep it and say why.";
}

std::string_view Words::other() const { return isVietnamese_ ? "Khác" : "Other"; }

}  // namespace sotay
