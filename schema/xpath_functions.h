#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/expression.h"
#include "schema/xpath_node.h"

// Where Sotay differs from JavaRosa on purpose; everywhere else JavaRosa is the authority.
//   - string(3000000000) is "3000000000", not "3.0E9": amounts in dong are that large, and
//   XPath 1.0 has no exponents.
//   - now() and date-time() are whole date-times as text, as the specification says, not the date
//   alone.
//   - number('2026-11-22'), and every comparison of such text, is a day number also for text that
//   does not come
//     from a date question, as the specification says.
//   - max() of negative numbers is the largest of them; JavaRosa answers 4.9e-324.
//   - round(-12349, -1) is -12350; JavaRosa rounds towards zero there.
//   - A path to several nodes used as one value gives the first, and `=` holds when any of them
//   matches, as in
//     XPath 1.0; JavaRosa refuses the form while it is filled in.
//   - join() and concat() accept lists in every place; max() and min() too.
//   - All axes and `|` work; JavaRosa parses them and refuses to evaluate them.
//   - substr(), string-length() and translate() count characters, not UTF-16 units.
//   - Look-ahead is allowed at the beginning of a regex() only, and look-behind and back-references
//   are refused:
//     they can take exponential time.
//   - ceiling(), floor(), substring(), last(), name(), local-name() of XPath 1.0, and index() of
//   SurveyCTO.
namespace sotay {

class XPathEvaluator;
struct XPathScope;

// One call of a function while it is evaluated. An argument is evaluated when it is asked for.
class XPathCall {
  public:
    XPathCall(XPathEvaluator& evaluator, const ExpressionNode& node, const XPathScope& scope)
        : evaluator_(evaluator), node_(node), scope_(scope) {}

    std::size_t size() const { return node_.operands.size(); }
    const ExpressionNode& node() const { return node_; }
    const ExpressionNode& argument(std::size_t i) const { return node_.operands[i]; }
    const XPathScope& scope() const { return scope_; }
    XHost& host();

    XValue value(std::size_t i);   // as it is, perhaps a list of nodes
    XValue single(std::size_t i);  // a list of nodes as the value of its first
    std::string text(std::size_t i);
    double number(std::size_t i);
    bool truth(std::size_t i);
    std::vector<NodeId> nodes(std::size_t i);      // fails when it is not a list of nodes
    std::vector<XValue> values(std::size_t from);  // the arguments from there on, lists taken apart
    std::vector<NodeId> itemsEverywhere(std::size_t i);  // a path in all items of all repeats
    std::optional<NodeId> nearest(
        const std::vector<NodeId>& nodes);  // to where the expression stands
    double positionOf(NodeId node);         // among its siblings of the same name, from 1

    XValue fail(
        std::string message);  // the evaluation ends with this message; the value is of no account
    bool failed() const;

  private:
    XPathEvaluator& evaluator_;
    const ExpressionNode& node_;
    const XPathScope& scope_;
};

struct XPathFunction {
    enum Trait : unsigned { None = 0, Position = 1, Clock = 2, Chance = 4 };

    std::string_view name;
    int least, most;  // arguments; most < 0: any number
    XValue (*run)(XPathCall&);
    unsigned traits = None;
};

const XPathFunction* findFunction(std::string_view name);

// "sum() takes 1 argument, 2 were given." or nothing when the number is right.
std::optional<std::string> describeArity(const XPathFunction& function, std::size_t given);

XValue stringValue(std::string text);
XValue numberValue(double number);
XValue booleanValue(bool truth);
XValue nodesValue(std::vector<NodeId> nodes);
double numberOfText(std::string_view text, const XHost& host);  // NaN when it is none
XValue answerValue(NodeId node, const XHost& host);  // a number when the question asks for one

// Parts of the table, by what they work on.
std::vector<XPathFunction> textFunctions();
std::vector<XPathFunction> numberFunctions();
std::vector<XPathFunction> dateFunctions();
std::vector<XPathFunction> choiceFunctions();
std::vector<XPathFunction> nodeFunctions();
std::vector<XPathFunction> geoFunctions();

}  // namespace sotay
