#include <fmt/format.h>

#include <cmath>

#include "schema/xpath_evaluator.h"
#include "schema/xpath_functions.h"

namespace sotay {
namespace {

std::vector<std::string> choicesOf(const std::string& answer) {
    std::vector<std::string> choices;
    std::string one;
    for (char c : answer + ' ') {
        if (c != ' ') {
            one += c;
        } else if (!one.empty()) {
            choices.push_back(std::move(one));
            one.clear();
        }
    }
    return choices;
}

std::string trimmed(std::string text) {
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.pop_back();
    std::size_t blanks = 0;
    while (blanks < text.size() && static_cast<unsigned char>(text[blanks]) <= ' ') ++blanks;
    return text.substr(blanks);
}

// A choice's name is text. A bare number is refused as JavaRosa does, because it is nearly always a
// forgotten quotation mark; a number that was answered is fine.
XValue selected(XPathCall& call) {
    XValue sought = call.value(1);
    if (sought.type == XValue::Type::Number || sought.type == XValue::Type::Boolean) {
        return call.fail(
            "selected() needs the choice in quotes, like '1', as its second argument.");
    }
    std::string choice = trimmed(toString(sought, call.host()));
    std::string answer = fmt::format(" {} ", call.text(0));
    return booleanValue(answer.find(fmt::format(" {} ", choice)) != std::string::npos);
}

XValue selectedAt(XPathCall& call) {
    auto choices = choicesOf(call.text(0));
    double index = std::trunc(call.number(1));
    if (std::isnan(index)) index = 0;
    bool inside = index >= 0 && index < static_cast<double>(choices.size());
    return stringValue(inside ? choices[static_cast<std::size_t>(index)] : std::string());
}

XValue countSelected(XPathCall& call) {
    return numberValue(static_cast<double>(choicesOf(call.text(0)).size()));
}

// The second argument names the question whose list it is: '${name}' or '/data/name', in quotes.
XValue choiceName(XPathCall& call) {
    std::string value = call.text(0);
    std::string question =
        trimmed(call.argument(1).kind == ExpressionNode::Kind::Reference ? call.argument(1).text
                                                                         : call.text(1));
    if (question.starts_with("${") && question.ends_with('}'))
        question = trimmed(question.substr(2, question.size() - 3));
    return stringValue(call.host().choiceLabel(value, question, call.scope().place).value_or(""));
}

// A text of the form by the id that XForms gives it: '/data/age:label', 'crops-0'.
XValue itext(XPathCall& call) {
    std::string id = call.text(0);
    auto text = call.host().translation(id);
    if (!text)
        return call.fail(fmt::format("jr:itext() names `{}`, which is no text of the form.", id));
    return stringValue(*std::move(text));
}

XValue truth(XPathCall&) { return booleanValue(true); }
XValue falsehood(XPathCall&) { return booleanValue(false); }
XValue boolean(XPathCall& call) { return booleanValue(call.truth(0)); }
XValue negation(XPathCall& call) { return booleanValue(!call.truth(0)); }

XValue booleanFromString(XPathCall& call) {
    std::string text = call.text(0);
    if (text == "1") return booleanValue(true);
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return booleanValue(text == "true");
}

XValue choose(XPathCall& call) { return call.value(call.truth(0) ? 1 : 2); }

XValue coalesce(XPathCall& call) {
    XValue first = call.single(0);
    bool none = first.type == XValue::Type::Number
                    ? std::isnan(first.number)
                    : first.type == XValue::Type::String && first.string.empty();
    return none ? call.single(1) : first;
}

// Evaluates only while the question has no answer.
XValue once(XPathCall& call) {
    std::string answer = call.host().nodeText(call.scope().context);
    return answer.empty() ? call.value(0) : stringValue(std::move(answer));
}

double limit(XPathCall& call, std::size_t i) {
    double number = std::trunc(call.number(i));
    return std::isnan(number) ? 0 : number;
}

// -1 for a limit that does not apply.
XValue checklist(XPathCall& call) {
    double least = limit(call, 0), most = limit(call, 1), count = 0;
    for (const XValue& value : call.values(2)) count += toBoolean(value, call.host()) ? 1 : 0;
    return booleanValue((least < 0 || count >= least) && (most < 0 || count <= most));
}

XValue weightedChecklist(XPathCall& call) {
    if (call.size() % 2 != 0)
        return call.fail("weighted-checklist() needs a weight after each of its conditions.");
    double least = call.number(0), most = call.number(1), total = 0;
    for (std::size_t i = 2; i + 1 < call.size() && !call.failed(); i += 2) {
        XValue flags = call.value(i), weights = call.value(i + 1);
        bool lists = flags.type == XValue::Type::NodeSet && weights.type == XValue::Type::NodeSet &&
                     call.size() == 4;
        if (!lists) {
            if (toBoolean(flags, call.host())) total += toNumber(weights, call.host());
            continue;
        }
        if (flags.nodes.size() != weights.nodes.size()) {
            return call.fail("weighted-checklist() was given lists of different lengths.");
        }
        for (std::size_t j = 0; j < flags.nodes.size(); ++j) {
            if (toBoolean(nodesValue({flags.nodes[j]}), call.host())) {
                total += toNumber(nodesValue({weights.nodes[j]}), call.host());
            }
        }
    }
    return booleanValue(total >= least && total <= most);
}

}  // namespace

std::vector<XPathFunction> choiceFunctions() {
    return {
        {"selected", 2, 2, selected},
        {"is-selected", 2, 2, selected},
        {"selected-at", 2, 2, selectedAt},
        {"count-selected", 1, 1, countSelected},
        {"jr:choice-name", 2, 2, choiceName, XPathFunction::Position},
        {"jr:itext", 1, 1, itext},
        {"true", 0, 0, truth},
        {"false", 0, 0, falsehood},
        {"boolean", 1, 1, boolean},
        {"not", 1, 1, negation},
        {"boolean-from-string", 1, 1, booleanFromString},
        {"if", 3, 3, choose},
        {"coalesce", 2, 2, coalesce},
        {"once", 1, 1, once, XPathFunction::Position},
        {"checklist", 2, -1, checklist},
        {"weighted-checklist", 2, -1, weightedChecklist},
    };
}

}  // namespace sotay
