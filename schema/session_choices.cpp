#include <algorithm>
#include <set>

#include "schema/session_record.h"

namespace sotay {
namespace {

constexpr std::string_view kOther = "other";

std::vector<std::string> split(const std::string& names) {
    std::vector<std::string> out;
    std::size_t at = 0;
    while (at < names.size()) {
        const auto end = std::min(names.find(' ', at), names.size());
        if (end > at) out.push_back(names.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

}  // namespace

const Offer& RecordSession::offerOf(NodeId id) const {
    if (!tree_[id].offer.isKnown) {
        auto offer = makeOffer(id);
        offer.isKnown = true;
        tree_[id].offer = std::move(offer);
    }
    return tree_[id].offer;
}

Offer RecordSession::makeOffer(NodeId id) const {
    Offer offer;
    const auto& line = lineOf(id);
    for (const auto& source : placeholders(line.node->listName)) {
        for (const NodeId answer : host_.reference(source, id)) {
            const auto text = host_.nodeText(answer);
            if (text.empty()) continue;
            // The filter stands in the item, where XForms has it as a predicate.
            const NodeId item =
                tree_.itemOf(answer, plan_->definition(tree_[answer].def).ownRepeat);
            if (line.choices && !holds(line.choices, item, true, false)) continue;
            offer.answers.push_back(text);
        }
    }
    const Table* table = lists_.table(line.node->listName);
    if (!table || !line.choices) return offer;
    if (auto rows = matchingRows(id, *table)) {
        offer.rows = std::move(*rows);
        return offer;
    }
    const auto items = evaluate(*line.choices, id);
    if (!items) return offer;
    for (const NodeId node : items->nodes) {
        if (!ListNodes::owns(node)) continue;
        if (const auto row = lists_.rowOf(node)) offer.rows.push_back(*row);
    }
    return offer;
}

// A filter of nothing but "column = ${question}" needs no look at each of fifty thousand rows.
std::optional<std::vector<std::uint32_t>> RecordSession::matchingRows(NodeId id,
                                                                      const Table& table) const {
    const auto& matches = lineOf(id).matches;
    if (matches.empty()) return std::nullopt;
    std::vector<std::uint32_t> rows;
    for (std::size_t i = 0; i < matches.size(); ++i) {
        const auto column = table.column(matches[i].column);
        if (!column) return std::nullopt;
        std::string wanted = matches[i].literal;
        if (!matches[i].question.empty()) {
            const auto nodes = host_.reference(matches[i].question, id);
            if (nodes.size() > 1) return std::nullopt;
            wanted = nodes.empty() ? std::string() : host_.nodeText(nodes.front());
        }
        const auto& found = table.rowsWhere(*column, wanted);
        if (i == 0) {
            rows = found;
        } else {
            std::vector<std::uint32_t> both;
            std::set_intersection(rows.begin(), rows.end(), found.begin(), found.end(),
                                  std::back_inserter(both));
            rows = std::move(both);
        }
    }
    return rows;
}

// Whether or_other has to add its choice, or the list has one already.
bool RecordSession::hasOwnOther(NodeId id) const {
    const Node& node = nodeOf(id);
    if (!node.orOther) return true;
    const Table* table = lists_.table(node.listName);
    const auto column = table ? table->column(listColumns(node).name) : std::nullopt;
    return column && !table->rowsWhere(*column, std::string(kOther)).empty();
}

bool RecordSession::isOffered(NodeId id, const std::string& name) const {
    const Node& node = nodeOf(id);
    const auto& offer = offerOf(id);
    if (node.orOther && name == kOther) return true;
    if (std::find(offer.answers.begin(), offer.answers.end(), name) != offer.answers.end())
        return true;
    const Table* table = lists_.table(node.listName);
    // A list whose file is not on this laptop cannot be judged; nobody's answer is refused for
    // that.
    if (!table) return node.listName.rfind("${", 0) != 0;
    const auto column = table->column(listColumns(node).name);
    if (!column) return true;
    const auto& rows = table->rowsWhere(*column, name);
    if (!lineOf(id).choices) return !rows.empty();
    return std::any_of(rows.begin(), rows.end(), [&](std::uint32_t row) {
        return std::find(offer.rows.begin(), offer.rows.end(), row) != offer.rows.end();
    });
}

std::vector<ChoiceView> RecordSession::choices(const std::string& path) const {
    std::vector<ChoiceView> views;
    const auto id = tree_.find(path);
    if (!id || tree_[*id].isRepeat) return views;
    const Node& node = nodeOf(*id);
    if (node.listName.empty()) return views;
    const auto& offer = offerOf(*id);
    for (const auto& answer : offer.answers) views.push_back({answer, answer});
    const Table* table = lists_.table(node.listName);
    if (!table) return views;
    const auto columns = listColumns(node);
    const auto nameAt = table->column(columns.name), labelAt = table->column(columns.label);
    if (!nameAt) return views;
    const auto add = [&](std::uint32_t row) {
        const auto& cells = table->rows[row];
        views.push_back({cells[*nameAt], fillIn(labelAt ? cells[*labelAt] : cells[*nameAt], *id)});
    };
    views.reserve(offer.answers.size() +
                  (lineOf(*id).choices ? offer.rows.size() : table->rows.size()) + 1);
    if (lineOf(*id).choices) {
        for (const auto row : offer.rows) add(row);
    } else {
        for (std::uint32_t row = 0; row < table->rows.size(); ++row) add(row);
    }
    if (!hasOwnOther(*id)) views.push_back({std::string(kOther), std::string(words_.other())});
    return views;
}

// The names of a select_multiple each once and in the order of the list; names that it does not
// have come last. A rank keeps the order in which it was given.
std::string RecordSession::inChoiceOrder(NodeId id, const std::string& names) const {
    const Node& node = nodeOf(id);
    if (node.type != QuestionType::SelectMultiple && node.type != QuestionType::Rank) return names;
    auto chosen = split(names);
    std::set<std::string> seen;
    chosen.erase(std::remove_if(chosen.begin(), chosen.end(),
                                [&](const std::string& name) { return !seen.insert(name).second; }),
                 chosen.end());
    const Table* table =
        node.type == QuestionType::SelectMultiple ? lists_.table(node.listName) : nullptr;
    const auto column = table ? table->column(listColumns(node).name) : std::nullopt;
    if (column) {
        const auto rankOf = [&](const std::string& name) {
            const auto& rows = table->rowsWhere(*column, name);
            return rows.empty() ? table->rows.size() : static_cast<std::size_t>(rows.front());
        };
        std::stable_sort(
            chosen.begin(), chosen.end(),
            [&](const std::string& a, const std::string& b) { return rankOf(a) < rankOf(b); });
    }
    std::string text;
    for (const auto& name : chosen) text += (text.empty() ? "" : " ") + name;
    return text;
}

}  // namespace sotay
