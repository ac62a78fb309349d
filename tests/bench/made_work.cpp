#include <algorithm>
#include <cstdio>
#include <functional>
#include <random>

#include "tests/bench/work.h"

namespace sotay::bench {
namespace {

class Dice {
  public:
    explicit Dice(std::uint32_t seed) : engine_(seed) {}
    std::size_t below(std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(engine_);
    }
    std::string pick(const std::vector<std::string>& words) { return words[below(words.size())]; }
    std::string between(std::size_t low, std::size_t high, std::size_t step = 1) {
        return std::to_string((low + below(high - low + 1)) * step);
    }
    std::string decimal(double low, double high, int places) {
        const double part = static_cast<double>(below(1'000'000)) / 1'000'000;
        return format("%.*f", places, low + (high - low) * part);
    }
    std::string day(int firstYear, int lastYear) {
        const auto years = static_cast<std::size_t>(lastYear - firstYear + 1);
        return format("%d-%02d-%02d", firstYear + static_cast<int>(below(years)),
                      static_cast<int>(1 + below(12)), static_cast<int>(1 + below(28)));
    }
    std::mt19937& engine() { return engine_; }

    template <class... Parts>
    static std::string format(const char* pattern, Parts... parts) {
        char text[64];
        std::snprintf(text, sizeof text, pattern, parts...);
        return text;
    }

  private:
    std::mt19937 engine_;
};

// A question, and an answer such as officers give: most are one of a few, names repeat, amounts are
// round. Each can have three different answers at least, as two laptops that disagree need.
struct Question {
    const char *name, *type;
    std::function<std::string(Dice&)> answer;
};

std::string note(Dice& dice) {
    static const std::vector<std::string> kSaid = {"Thiếu vốn lưu động đầu vụ",
                                                   "Kho lạnh xa, hàng hư nhiều",
                                                   "Muốn học cách bán trên mạng",
                                                   "Đường vào bản lầy vào mùa mưa",
                                                   "Kế toán nghỉ, chưa có người thay",
                                                   "Đã ký bao tiêu với một công ty",
                                                   "Giống cũ, năng suất thấp",
                                                   "Cần hỗ trợ hồ sơ nhãn hiệu",
                                                   "Thành viên trẻ đi làm ăn xa",
                                                   "Máy sấy hỏng từ năm ngoái",
                                                   "Chờ cấp giấy chứng nhận đất làm kho",
                                                   "Giám đốc xin vay quỹ hỗ trợ"};
    return dice.pick(kSaid) + ". " + dice.pick(kSaid) + ". " + dice.pick(kSaid) + " (gặp ngày " +
           dice.day(2026, 2026) + ").";
}

const std::vector<Question>& questions() {
    static const std::vector<std::string> kKinds = {"HTX Nông nghiệp", "HTX Dược liệu",
                                                    "HTX Cà phê",      "HTX Dịch vụ Tổng hợp",
                                                    "THT Chăn nuôi",   "THT Mây tre đan"};
    static const std::vector<std::string> kPlaces = {
        "Ba Nang", "Húc Nghì",    "A Vao",  "Hướng Hiệp", "Tà Long", "Ba Lòng",    "A Bung",
        "Mò Ó",    "Krông Klang", "Tà Rụt", "Hướng Lộc",  "Thuận",   "Xy",         "A Dơi",
        "Ba Tầng", "Hướng Linh",  "Cam Lộ", "Hiếu Giang", "Vĩnh Ô",  "Linh Trường"};
    static const std::vector<std::string> kFamily = {"Hồ", "Nguyễn", "Lê",   "Trần", "Phạm",
                                                     "Võ", "Hoàng",  "Kray", "Pả"};
    static const std::vector<std::string> kMiddle = {"Văn", "Thị", "Đức", "Minh", "Thanh", "Xuân"};
    static const std::vector<std::string> kGiven = {"Lâm", "Hà",   "Phương", "Sơn", "Hoa", "Thảo",
                                                    "Đạo", "Nhơn", "Liên",   "Tài", "Vui", "Hiền"};
    auto oneOf = [](std::vector<std::string> words) {
        return [words = std::move(words)](Dice& dice) { return dice.pick(words); };
    };
    auto count = [](std::size_t low, std::size_t high, std::size_t step = 1) {
        return [=](Dice& dice) { return dice.between(low, high, step); };
    };
    auto person = [](Dice& dice) {
        return dice.pick(kFamily) + " " + dice.pick(kMiddle) + " " + dice.pick(kGiven);
    };
    auto day = [](int first, int last) {
        return [=](Dice& dice) { return dice.day(first, last); };
    };
    auto real = [](double low, double high, int places) {
        return [=](Dice& dice) { return dice.decimal(low, high, places); };
    };
    static const std::vector<Question> all = {
        {"file_number", "TEXT", [](Dice& dice) { return "QT-" + dice.between(100000, 999999); }},
        {"name", "TEXT", [](Dice& dice) { return dice.pick(kKinds) + " " + dice.pick(kPlaces); }},
        {"unit_type", "TEXT", oneOf({"htx", "tht", "lhhtx"})},
        {"sector", "TEXT", oneOf({"agriculture", "trade", "industry", "credit", "transport"})},
        {"commune", "TEXT", oneOf(kPlaces)},
        {"hamlet", "TEXT",
         [](Dice& dice) { return "Bản " + dice.pick(kPlaces) + " " + dice.between(1, 9); }},
        {"director", "TEXT", person},
        {"director_degree", "TEXT", oneOf({"none", "primary", "college", "university"})},
        {"phone", "TEXT",
         [](Dice& dice) {
             return "09" + dice.between(10, 99) + " " + dice.between(100000, 999999);
         }},
        {"accountant", "TEXT", person},
        {"registered_on", "TEXT", day(2003, 2025)},
        {"state", "TEXT", oneOf({"operating", "suspended", "dissolving"})},
        {"state_since", "TEXT", day(2013, 2026)},
        {"class", "TEXT", oneOf({"good", "fair", "average", "weak", "unrated"})},
        {"land_paper", "TEXT", oneOf({"none", "waiting", "leased", "owned"})},
        {"product", "TEXT",
         oneOf({"chuoi", "ca_phe", "tieu", "sa_nhan", "bo", "lon", "mat_ong", "mang_kho"})},
        {"certificate", "TEXT", oneOf({"none", "vietgap", "organic", "ocop"})},
        {"market", "TEXT", oneOf({"local", "province", "country", "export"})},
        {"link", "TEXT", oneOf({"none", "contract", "chain"})},
        {"support", "TEXT", oneOf({"none", "training", "equipment", "fund", "land"})},
        {"loan_source", "TEXT", oneOf({"none", "support_fund", "agribank", "policy_bank"})},
        {"difficulty", "TEXT", oneOf({"capital", "market", "people", "land", "disease"})},
        {"visited_at", "TEXT",
         [](Dice& dice) {
             return dice.day(2026, 2026) + "T" + dice.between(10, 17) + ":" + dice.between(10, 59);
         }},
        {"note", "TEXT", note},
        {"members", "INTEGER", count(7, 120)},
        {"women", "INTEGER", count(0, 60)},
        {"ethnic_minority", "INTEGER", count(0, 110)},
        {"poor", "INTEGER", count(0, 40)},
        {"workers", "INTEGER", count(0, 30)},
        {"capital", "INTEGER", count(1, 90, 50'000'000)},
        {"revenue", "INTEGER", count(2, 400, 10'000'000)},
        {"profit", "INTEGER", count(0, 150, 2'000'000)},
        {"member_income", "INTEGER", count(12, 90, 1'000'000)},
        {"loan", "INTEGER", count(0, 60, 10'000'000)},
        {"debt", "INTEGER", count(0, 80, 5'000'000)},
        {"land", "REAL", real(0.1, 60, 2)},
        {"irrigated", "REAL", real(0, 12, 2)},
        {"yield", "REAL", real(0.5, 30, 1)},
        {"latitude", "REAL", real(16.3, 17.2, 5)},
        {"longitude", "REAL", real(106.5, 107.4, 5)},
    };
    return all;
}

}  // namespace

SyncWork makeWork() {
    constexpr std::size_t kRecords = 10'000, kLaptops = 5, kConflicts = 500, kSide = 1'000,
                          kSolo = 7'000;
    Dice dice(42);
    SyncWork work;
    for (const Question& question : questions())
        work.fields.push_back({question.name, question.type});
    for (std::size_t i = 0; i < kRecords; ++i) {
        auto& record = work.records.emplace_back();
        for (const Question& question : questions()) record.push_back(question.answer(dice));
    }
    std::vector<std::size_t> order(kRecords);
    for (std::size_t i = 0; i < kRecords; ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), dice.engine());
    work.edits.resize(kLaptops);
    std::size_t at = 0, turn = 0;
    // Any field but the first, which is the record's number.
    auto anyField = [&] { return 1 + dice.below(questions().size() - 1); };
    auto other = [&](std::size_t record, std::size_t field, const std::string& besides) {
        std::string fresh;
        do fresh = questions()[field].answer(dice);
        while (fresh == work.records[record][field] || fresh == besides);
        return fresh;
    };
    for (std::size_t i = 0; i < kConflicts + kSide; ++i, ++at, turn += 2) {
        const bool disagree = i < kConflicts;
        const std::size_t record = order[at], first = anyField();
        std::size_t second = first;
        while (!disagree && second == first) second = anyField();
        const std::string one = other(record, first, "");
        work.edits[turn % kLaptops].push_back({record, first, one});
        work.edits[(turn + 1) % kLaptops].push_back(
            {record, second, other(record, second, disagree ? one : "")});
        if (disagree) work.conflicts.emplace_back(record, first);
    }
    for (std::size_t i = 0; i < kSolo; ++i, ++at, ++turn) {
        const std::size_t field = anyField();
        work.edits[turn % kLaptops].push_back({order[at], field, other(order[at], field, "")});
    }
    return work;
}

}  // namespace sotay::bench
