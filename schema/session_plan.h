#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema/expression.h"
#include "schema/form.h"
#include "schema/problem.h"
#include "schema/result.h"

namespace sotay {

using DefId = std::uint32_t;  // a line of the form; 0 is the form's root element
constexpr DefId kNoDef = 0xFFFFFFFF;

// What a session computes for each line; each is a vertex of the dependency graph.
enum class Part : std::uint8_t { Relevant, ReadOnly, Count, Value, Required, Choices, Check };
constexpr std::uint32_t kParts = 7;
using Vertex = std::uint32_t;
constexpr Vertex vertexOf(DefId def, Part part) { return def * kParts + static_cast<Vertex>(part); }

// When the source changes, `target` is computed anew in all instances within the item of `scope` (a
// repeat, or the root) that the source is in.
struct Dependency {
    Vertex target = 0;
    DefId scope = 0;
    auto operator<=>(const Dependency&) const = default;
};

// A part of a choice filter that says only: this column holds that answer, or that text.
struct ColumnMatch {
    std::string column, question, literal;
};

// One line of the form with its expressions compiled.
struct Definition {
    const Node* node = nullptr;
    DefId parent = kNoDef;
    std::uint32_t slot = 0;  // which child of its parent it is
    DefId outerRepeat = 0;   // innermost repeat around it, 0 when there is none
    DefId ownRepeat = 0;     // the same, but a repeat counts itself
    std::vector<DefId> children;
    std::optional<Expression> relevant, readOnly, required, constraint, warning, calculation;
    std::optional<Expression> dynamicDefault, choices, repeatCount;
    std::vector<ColumnMatch> matches;  // the whole filter, when it is nothing but such parts
    std::vector<DefId> triggers;  // whose answers fire `calculation` once, instead of recalculating
    std::vector<DefId> triggered;  // the other way round
    bool isCounted() const { return repeatCount.has_value(); }
};

// A form made ready for filling: expressions parsed, references resolved, and everything that can
// change put in an order in which each thing comes after what it depends on. Immutable; shared by
// sessions of one form.
class FormPlan {
  public:
    // Refuses what cannot work, naming all of it: expressions that do not parse, references to
    // nothing, and questions that depend on themselves in a circle. The error's message has a line
    // for each problem.
    static Result<std::shared_ptr<const FormPlan>> make(std::shared_ptr<const Form> form);
    // The same for a form that was just read, as problems with sheet, row and column. Leaves it its
    // plan, so that none is made again.
    static Problems prepare(const std::shared_ptr<Form>& form);

    const Form& form() const { return *form_; }
    const std::vector<Definition>& definitions() const { return definitions_; }
    const Definition& definition(DefId def) const { return definitions_[def]; }
    std::optional<DefId> byName(std::string_view name) const;
    const std::vector<Dependency>& dependants(Vertex vertex) const { return dependants_[vertex]; }
    std::uint32_t rank(Vertex vertex) const { return ranks_[vertex]; }
    Vertex atRank(std::uint32_t rank) const { return order_[rank]; }
    const std::optional<Expression>& instanceName() const { return instanceName_; }
    const std::string& rootName() const { return rootName_; }
    // The innermost repeat (or 0) that holds both; `target` counts from outside, `context` from
    // inside itself.
    DefId commonRepeat(DefId target, DefId context) const;
    bool isWithin(DefId inner, DefId outer) const;

  private:
    friend class PlanBuilder;
    const Form* form_ = nullptr;
    std::shared_ptr<const Form> owned_;  // null in the plan that the form itself holds
    std::vector<Definition> definitions_;
    std::unordered_map<std::string, DefId> byName_;
    std::vector<std::vector<Dependency>> dependants_;
    std::vector<std::uint32_t> ranks_;
    std::vector<Vertex> order_;
    std::optional<Expression> instanceName_;
    std::string rootName_;
};

// The names in a text's ${...}, in order; labels and hints have them too.
std::vector<std::string> placeholders(std::string_view text);
// A default that is computed (today(), ${other}, 1 + 1) rather than taken as it is written.
bool isComputedDefault(const Node& node);

}  // namespace sotay
