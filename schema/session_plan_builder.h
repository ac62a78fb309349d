#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema/session_plan.h"

namespace sotay {

// Makes a FormPlan in three steps: compile the lines, link what depends on what, put it in order.
// Collects every problem rather than stopping at the first.
class PlanBuilder {
  public:
    explicit PlanBuilder(const Form& form);  // lent, as long as the plan is used
    // Null when there are problems.
    std::shared_ptr<FormPlan> build();
    const Problems& problems() const { return problems_; }

  private:
    // How sure it is that one thing depends on another. A guess costs at most a needless
    // computation and orders nothing. Reading other items of one's own repeat (a running total)
    // orders when it can, but is no circle.
    enum class Certainty : std::uint8_t { Guess, OtherItem, Sure };
    struct Edge {
        Vertex source = 0;
        Dependency dependency;
        Certainty certainty = Certainty::Sure;
    };
    // What a path of an expression leads to: a line, and the repeat in whose item both ends are.
    struct Target {
        DefId def = 0;
        DefId scope = 0;
        Certainty certainty = Certainty::Sure;
    };

    // session_plan.cpp: lines and expressions
    void addLine(const Node& node, DefId parent, std::uint32_t slot);
    void compileLine(DefId def);
    void compileChoices(DefId def);
    std::vector<ColumnMatch> matchesOf(const std::string& filter) const;
    void compileTriggers(DefId def);
    std::optional<Expression> compile(const Node& node, std::string_view column,
                                      const std::string& text);
    std::optional<Expression> compileCondition(const Node& node, std::string_view column,
                                               const std::string& text);
    void addProblem(const Node* node, std::string_view column, std::string message,
                    Problem::Severity severity = Problem::Severity::Error);

    // session_plan_links.cpp: what depends on what
    void linkLine(DefId def);
    void linkExpression(DefId def, Part part, const Expression& expression);
    void linkTarget(Vertex reader, DefId def, const Target& target);
    void linkPosition(DefId def, Vertex reader);
    void addEdge(Vertex source, Vertex target, DefId scope, Certainty certainty = Certainty::Sure);
    std::vector<Target> targetsOf(DefId def, const Expression& expression, Part part) const;
    void resolvePath(DefId context, const std::string& path, Part part,
                     std::vector<Target>& targets) const;
    std::vector<std::string> stepsOf(const std::string& path) const;

    // session_plan_order.cpp: the order of computation
    void orderVertices();
    std::vector<std::uint32_t> tryOrder(Certainty atLeast);
    void reportCircles(const std::vector<std::uint32_t>& waiting);
    void reportCircle(Vertex at, const std::vector<Vertex>& before);

    std::shared_ptr<FormPlan> plan_;
    Problems problems_;
    std::unordered_map<std::string, std::vector<DefId>> allByName_;
    std::unordered_map<std::string, std::optional<Expression>>
        compiled_;  // by text: forms repeat themselves
    std::vector<Edge> edges_;
};

}  // namespace sotay
