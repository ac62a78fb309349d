#include <algorithm>

#include "schema/session_plan_builder.h"

namespace sotay {
namespace {

constexpr std::size_t kMostCircles = 20;  // an author mends one after another anyway

}  // namespace

void PlanBuilder::orderVertices() {
    std::sort(edges_.begin(), edges_.end(), [](const Edge& a, const Edge& b) {
        if (a.source != b.source) return a.source < b.source;
        if (a.dependency != b.dependency) return a.dependency < b.dependency;
        return a.certainty > b.certainty;
    });
    edges_.erase(std::unique(edges_.begin(), edges_.end(),
                             [](const Edge& a, const Edge& b) {
                                 return a.source == b.source && a.dependency == b.dependency;
                             }),
                 edges_.end());
    const auto count = static_cast<Vertex>(plan_->definitions_.size() * kParts);
    plan_->dependants_.assign(count, {});
    for (const auto& edge : edges_) plan_->dependants_[edge.source].push_back(edge.dependency);

    auto waiting = tryOrder(Certainty::OtherItem);
    if (plan_->order_.size() < count) waiting = tryOrder(Certainty::Sure);
    if (plan_->order_.size() < count) return reportCircles(waiting);
    plan_->ranks_.assign(count, 0);
    for (std::uint32_t rank = 0; rank < count; ++rank) plan_->ranks_[plan_->order_[rank]] = rank;
}

// Kahn's algorithm, first come first served, so that the order follows the sheet where nothing else
// decides. Gives how many each vertex still waits for: all zero when the order is complete.
std::vector<std::uint32_t> PlanBuilder::tryOrder(Certainty atLeast) {
    const auto count = plan_->dependants_.size();
    std::vector<std::uint32_t> waiting(count, 0);
    std::vector<std::vector<Vertex>> targets(count);
    for (const auto& edge : edges_) {
        if (edge.certainty < atLeast) continue;
        ++waiting[edge.dependency.target];
        targets[edge.source].push_back(edge.dependency.target);
    }
    auto& order = plan_->order_;
    order.clear();
    order.reserve(count);
    for (Vertex vertex = 0; vertex < count; ++vertex) {
        if (waiting[vertex] == 0) order.push_back(vertex);
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
        for (const Vertex target : targets[order[i]]) {
            if (--waiting[target] == 0) order.push_back(target);
        }
    }
    return waiting;
}

// Every vertex that still waits has another that waits before it: going back must come round.
void PlanBuilder::reportCircles(const std::vector<std::uint32_t>& waiting) {
    constexpr Vertex kNone = ~Vertex{0};
    std::vector<Vertex> before(waiting.size(), kNone);
    for (const auto& edge : edges_) {
        if (edge.certainty != Certainty::Sure || waiting[edge.source] == 0) continue;
        if (waiting[edge.dependency.target] != 0) before[edge.dependency.target] = edge.source;
    }
    std::vector<Vertex> walk(waiting.size(), kNone);  // from where it was first come by
    for (Vertex start = 0; start < before.size(); ++start) {
        Vertex at = start;
        while (at != kNone && before[at] != kNone && walk[at] == kNone) {
            walk[at] = start;
            at = before[at];
        }
        if (at != kNone && before[at] != kNone && walk[at] == start) reportCircle(at, before);
        if (problems_.size() >= kMostCircles) return;
    }
}

void PlanBuilder::reportCircle(Vertex at, const std::vector<Vertex>& before) {
    std::vector<DefId> circle{at / kParts};
    for (Vertex vertex = before[at]; vertex != at; vertex = before[vertex]) {
        if (circle.back() != vertex / kParts) circle.push_back(vertex / kParts);
    }
    if (circle.size() > 1 && circle.back() == circle.front()) circle.pop_back();
    std::reverse(circle.begin(), circle.end());

    const auto first = std::min_element(circle.begin(), circle.end());
    std::rotate(circle.begin(), first, circle.end());
    std::string names;
    for (const DefId def : circle) {
        const Node& node = *plan_->definitions_[def].node;
        names += node.name + " (row " + std::to_string(node.row) + ") -> ";
    }
    names += plan_->definitions_[circle.front()].node->name;
    const Node& node = *plan_->definitions_[circle.front()].node;
    addProblem(&node, {},
               "These depend on one another in a circle: " + names +
                   ". Change one of their calculations or relevants.");
}

}  // namespace sotay
