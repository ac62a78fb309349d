#include "schema/session_host.h"

#include <charconv>

namespace sotay {

ListColumns listColumns(const Node& select) {
    ListColumns columns;
    const auto value = select.parameter.find("value"), label = select.parameter.find("label");
    if (value != select.parameter.end() && !value->second.empty()) columns.name = value->second;
    if (label != select.parameter.end() && !label->second.empty()) columns.label = label->second;
    return columns;
}

std::string SessionHost::nodeText(NodeId node) const {
    if (ListNodes::owns(node)) return lists_.text(node);
    const Entry& entry = tree_[node];
    if (!entry.relevant || entry.isRejected) return {};
    return entry.text;
}

std::string_view SessionHost::nodeName(NodeId node) const {
    if (ListNodes::owns(node)) return lists_.name(node);
    if (node == RecordTree::kDocument) return {};
    if (node == RecordTree::kRoot) return plan_.rootName();
    return plan_.definition(tree_[node].def).node->name;
}

std::optional<NodeId> SessionHost::nodeParent(NodeId node) const {
    if (ListNodes::owns(node)) return lists_.parent(node);
    if (node == RecordTree::kDocument) return std::nullopt;
    const NodeId parent = tree_[node].parent;
    return tree_[parent].isRepeat ? tree_[parent].parent : parent;
}

std::vector<NodeId> SessionHost::nodeChildren(NodeId node) const {
    if (ListNodes::owns(node)) return lists_.children(node);
    std::vector<NodeId> children;
    for (const NodeId child : tree_[node].children) {
        if (tree_[child].isRepeat) {
            children.insert(children.end(), tree_[child].children.begin(),
                            tree_[child].children.end());
        } else {
            children.push_back(child);
        }
    }
    return children;
}

bool SessionHost::nodeRelevant(NodeId node) const {
    return ListNodes::owns(node) || node == RecordTree::kDocument || tree_[node].relevant;
}

// The result of a calculation is a number when it was one, whatever its line says.
bool SessionHost::nodeIsNumber(NodeId node) const {
    if (ListNodes::owns(node) || node <= RecordTree::kRoot) return false;
    const QuestionType type = plan_.definition(tree_[node].def).node->type;
    return type == QuestionType::Integer || type == QuestionType::Decimal ||
           type == QuestionType::Range || tree_[node].result == XValue::Type::Number;
}

bool SessionHost::nodeIsBoolean(NodeId node) const {
    return !ListNodes::owns(node) && tree_[node].result == XValue::Type::Boolean;
}

bool SessionHost::nodeIsRepeat(NodeId node) const {
    return !ListNodes::owns(node) && tree_.isItem(node);
}

void SessionHost::childrenNamed(NodeId node, std::string_view name,
                                std::vector<NodeId>& found) const {
    if (ListNodes::owns(node)) return lists_.childrenNamed(node, name, found);
    if (node == RecordTree::kDocument) {
        if (name == plan_.rootName()) found.push_back(RecordTree::kRoot);
        return;
    }
    const auto child = tree_.childNamed(node, name);
    if (!child) return;
    const Entry& entry = tree_[*child];
    if (entry.isRepeat) {
        found.insert(found.end(), entry.children.begin(), entry.children.end());
    } else {
        found.push_back(*child);
    }
}

std::vector<NodeId> SessionHost::reference(std::string_view name, NodeId context) const {
    std::vector<NodeId> nodes;
    const auto def = plan_.byName(name);
    if (!def) return nodes;
    if (ListNodes::owns(context)) context = origin_;
    const DefId repeat = plan_.commonRepeat(*def, tree_[context].def);
    tree_.collect(*def, tree_.itemOf(context, repeat), nodes);
    return nodes;
}

// `question` comes as ${name}, a path or a name: what counts is the last name in it.
std::optional<std::string> SessionHost::choiceLabel(std::string_view value,
                                                    std::string_view question,
                                                    NodeId context) const {
    const auto names = placeholders(question);
    std::string name =
        names.empty() ? std::string(question.substr(question.find_last_of('/') + 1)) : names[0];
    while (!name.empty() && name.back() == ' ') name.pop_back();
    while (!name.empty() && name.front() == ' ') name.erase(0, 1);
    const auto def = plan_.byName(name);
    if (!def) return std::nullopt;
    const Node& select = *plan_.definition(*def).node;
    for (const auto& source : placeholders(select.listName)) {
        for (const NodeId node : reference(source, context)) {
            if (nodeText(node) == value) return std::string(value);
        }
    }
    const Table* table = lists_.table(select.listName);
    if (!table) return std::nullopt;
    const auto columns = listColumns(select);
    const auto nameAt = table->column(columns.name), labelAt = table->column(columns.label);
    if (!nameAt || !labelAt) return std::nullopt;
    const auto& rows = table->rowsWhere(*nameAt, std::string(value));
    if (rows.empty()) return std::nullopt;
    return table->rows[rows.front()][*labelAt];
}

// The ids are those that pyxform writes: "/data/group/name:label" for a line, "list-0" for the
// first choice of a list.
std::optional<std::string> SessionHost::translation(std::string_view id) const {
    const Form& form = plan_.form();
    const auto in = [&](const LocalText& text) {
        return std::optional(text.in(lists_.language(), form.defaultLanguage));
    };
    const auto colon = id.find(':'), slash = id.find('/', 1);
    if (colon != std::string_view::npos && slash != std::string_view::npos && slash < colon) {
        const Node* node = form.find(std::string(id.substr(slash, colon - slash)));
        const auto part = id.substr(colon + 1);
        if (!node) return std::nullopt;
        if (part == "label") return in(node->label);
        if (part == "hint") return in(node->hint);
        if (part == "guidance_hint") return in(node->guidance);
        if (part == "jr:constraintMsg") return in(node->constraintMessage);
        if (part == "jr:requiredMsg") return in(node->requiredMessage);
        return std::nullopt;
    }
    const auto hyphen = id.rfind('-');
    if (hyphen == std::string_view::npos) return std::nullopt;
    const auto list = form.lists.find(std::string(id.substr(0, hyphen)));
    const auto digits = id.substr(hyphen + 1);
    std::size_t index = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (list == form.lists.end() || read.ec != std::errc() ||
        read.ptr != digits.data() + digits.size() || index >= list->second.choices.size())
        return std::nullopt;
    return in(list->second.choices[index].label);
}

std::optional<std::string> SessionHost::pullData(std::string_view file, std::string_view column,
                                                 std::string_view keyColumn,
                                                 std::string_view key) const {
    const Table* table = lists_.table(std::string(file));
    if (!table) return std::nullopt;
    const auto valueAt = table->column(column), keyAt = table->column(keyColumn);
    if (!valueAt || !keyAt) return std::nullopt;
    const auto& rows = table->rowsWhere(*keyAt, std::string(key));
    return rows.empty() ? std::string() : table->rows[rows.front()][*valueAt];
}

double SessionHost::random() {
    if (context_.random) return context_.random();
    // xorshift64*, so that tests and simulations repeat themselves.
    fixedSequence_ ^= fixedSequence_ >> 12;
    fixedSequence_ ^= fixedSequence_ << 25;
    fixedSequence_ ^= fixedSequence_ >> 27;
    return static_cast<double>((fixedSequence_ * 0x2545F4914F6CDD1DULL) >> 11) / 9007199254740992.0;
}

std::string SessionHost::property(std::string_view name) const {
    const auto found = context_.properties.find(std::string(name));
    return found == context_.properties.end() ? std::string() : found->second;
}

std::string SessionHost::lastSaved(std::string_view name) const {
    return property("last-saved#" + std::string(name));
}

}  // namespace sotay
