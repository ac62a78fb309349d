// links: sotay_schema
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/fuzz/fuzz_target.h"
#include "tests/schema/expression_host.h"

namespace sotay {
namespace {

// A household with members and a list of choices beside it.
class Household : public MemoryHost {
  public:
    Household() {
        add(0, "name", "Hợp tác xã Đại Lộc");
        addNumber(0, "income", "1500.5");
        add(0, "crops", "rice maize");
        add(0, "visited", "2026-11-22");
        add(0, "plot", "16.75 107.18 0 0; 16.76 107.18 0 0; 16.76 107.19 0 0; 16.75 107.18 0 0");
        for (const char* age : {"34", "7", ""}) {
            const NodeId item = addItem(0, "member");
            add(item, "who", "An");
            inside = addNumber(item, "age", age);
        }
        const NodeId root = addInstance("crop");
        for (const char* crop : {"rice", "maize", "tea"}) {
            const NodeId item = add(root, "item");
            add(item, "name", crop);
            add(item, "label", crop);
        }
    }
    NodeId inside = 0;
};

}  // namespace

std::size_t fuzzMemory() { return 64u << 20; }

void fuzzOne(std::string_view input) {
    const auto parsed = Expression::parse(input);
    if (!parsed.ok()) {
        if (parsed.error().message.empty()) broken("a refusal says why");
        return;
    }
    (void)parsed->tree();
    (void)parsed->problems();
    (void)parsed->paths();
    const auto again = Expression::parse(input);
    if (!again.ok() || again->tree() != parsed->tree()) broken("parsing is repeatable");
    Household household;
    for (const NodeId context : {NodeId{0}, household.inside}) {
        const auto value = parsed->evaluate(household, context);
        if (!value.ok()) {
            if (value.error().message.empty()) broken("a failure says why");
            continue;
        }
        (void)toString(*value, household);
        (void)toNumber(*value, household);
        (void)toBoolean(*value, household);
    }
}

std::vector<std::string> fuzzSeeds() {
    std::vector<std::string> seeds = {
        "${income} > 1000 and not(selected(${crops}, 'rice'))",
        "count(/data/member[age > 10]) + sum(${age}) div 2 mod 3",
        "instance('crop')/root/item[name = ${crops} or position() = last()]/label",
        "indexed-repeat(${age}, ${member}, position(..) - 1)",
        "if(regex(${name}, '^[A-Z].*$'), format-date(${visited}, '%Y-%m-%d'), once(uuid()))",
        "area(${plot}) + distance(${plot}) - decimal-date-time(now())",
        "randomize(/data/member, 42)/who | //age | ../name | current()/../age",
        "translate(substr(${name}, 2, 5), 'abc', 'ABC') != digest(\"x\", 'SHA-256', 'hex')",
        "weighted-checklist(1, 2, ${income} > 1, 3, . = '', 4) or jr:choice-name('a', '${crops}')",
        "join(', ', ancestor-or-self::*[1]/following-sibling::node()) <= - - -1.5e0",
        "base64-decode('aGk=') = concat('a', round(2.5, 1), pow(2, 10), boolean-from-string('1'))",
    };
    for (const auto& cases : sharedFilesFor("conformance", ".jsonl")) {
        std::istringstream lines(cases);
        for (std::string line; std::getline(lines, line);) {
            const auto one = nlohmann::json::parse(line, nullptr, false);
            if (one.is_object() && one.contains("expr")) seeds.push_back(one["expr"]);
        }
    }
    return seeds;
}

}  // namespace sotay
