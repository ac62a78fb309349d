#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"

namespace sotay {

// What an expression's evaluation gives, in the four types of XPath 1.0.
// A node set is a list of nodes named by the host (below); its string value is that of its first
// node.
struct XValue;
using NodeId = std::uint32_t;

// What an expression may ask of the record that it is evaluated in. The form session implements it,
// and tests do. Node 0 is the root. All calls are on one thread.
class XHost {
  public:
    virtual ~XHost() = default;
    virtual std::string nodeText(NodeId node) const = 0;  // its answer as text
    virtual std::string_view nodeName(NodeId node) const = 0;
    virtual std::optional<NodeId> nodeParent(NodeId node) const = 0;
    virtual std::vector<NodeId> nodeChildren(NodeId node) const = 0;  // in document order
    virtual bool nodeRelevant(NodeId node) const = 0;
    // Its answer is a number, not text: an integer, decimal or range question. 0 is then false, not
    // "0".
    virtual bool nodeIsNumber(NodeId node) const { return (void)node, false; }
    // Its answer is true or false, as the result of a calculation can be. "false" is then false.
    virtual bool nodeIsBoolean(NodeId node) const { return (void)node, false; }
    virtual bool nodeIsRepeat(NodeId node) const {
        return (void)node, false;
    }  // an item of a repeat; for index()
    // Adds the children of that name to `found`, in document order. To override where lists are
    // long.
    virtual void childrenNamed(NodeId node, std::string_view name,
                               std::vector<NodeId>& found) const;
    // The text of its only child of that name, lent until anything changes; null unless the node is
    // an item of a list, whose cells are nothing but text. To override where lists are long.
    virtual const std::string* lentText(NodeId node, std::string_view name) const {
        return (void)node, (void)name, nullptr;
    }
    // ${name} seen from `context`: nearest common repeat, as ODK resolves it. Empty when there is
    // none.
    virtual std::vector<NodeId> reference(std::string_view name, NodeId context) const = 0;
    // instance('name'): the node whose children are its `root`, or that root itself; nothing when
    // the form has no such instance. Its nodes are reached from there and never from node 0.
    virtual std::optional<NodeId> instance(std::string_view name) const = 0;
    // jr:choice-name and pulldata; nothing when the host knows no answer. `question` is a name or a
    // path.
    virtual std::optional<std::string> choiceLabel(std::string_view value,
                                                   std::string_view question,
                                                   NodeId context) const = 0;
    // jr:itext: the text of that id in the language shown.
    virtual std::optional<std::string> translation(std::string_view id) const {
        return (void)id, std::nullopt;
    }
    virtual std::optional<std::string> pullData(std::string_view file, std::string_view column,
                                                std::string_view keyColumn,
                                                std::string_view key) const = 0;
    virtual std::int64_t nowMs() const = 0;     // milliseconds since 1970, UTC
    virtual int zoneOffsetMinutes() const = 0;  // of the zone in which dates are shown
    virtual double random() = 0;                // in [0, 1)
    virtual std::string property(std::string_view name) const = 0;   // username, deviceid, ...
    virtual std::string lastSaved(std::string_view name) const = 0;  // ${last-saved#name}
};

struct XValue {
    enum class Type { String, Number, Boolean, NodeSet };
    Type type = Type::String;
    std::string string;
    double number = 0;
    bool boolean = false;
    std::vector<NodeId> nodes;
};

struct ParsedExpression;  // private to the implementation

// A parsed expression: immutable, shareable between threads, cheap to copy (copies share the tree).
class Expression {
  public:
    // InvalidInput with position and what was expected. Nesting deeper than 200, or text above 64
    // KiB, is refused.
    static Result<Expression> parse(std::string_view text);

    // The names in ${...}, each once, in order; for the dependency graph and for checking.
    const std::vector<std::string>& references() const;
    bool usesPosition() const;  // depends on where it stands (position(.), index(), .., paths)
    bool usesClock() const;     // now(), today()
    bool usesRandom() const;
    // Absolute and relative paths, as written. Left out: what belongs to the nodes of instance(),
    // and relative paths inside predicates, which start from the nodes that the predicate filters.
    std::vector<std::string> paths() const;
    std::vector<std::string> functions() const;  // the functions that it calls, each once
    std::string tree() const;                    // for tests: fully bracketed

    // Functions that do not exist, wrong numbers of arguments, patterns that cannot be used: in the
    // words of a form author. Evaluating such a part fails.
    std::vector<std::string> problems() const;

    // Never throws and never recurses deeper than the parse did. An error is in the words of a form
    // author.
    Result<XValue> evaluate(XHost& host, NodeId context) const;

  private:
    explicit Expression(std::shared_ptr<const ParsedExpression> parsed)
        : parsed_(std::move(parsed)) {}
    std::shared_ptr<const ParsedExpression> parsed_;
};

// XPath's conversions, with the form programs' additions (dates to day numbers).
std::string toString(const XValue& value, const XHost& host);
double toNumber(const XValue& value, const XHost& host);
bool toBoolean(const XValue& value, const XHost& host);

bool isKnownFunction(std::string_view name);

}  // namespace sotay
