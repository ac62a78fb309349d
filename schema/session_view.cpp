#include "schema/session_record.h"

namespace sotay {

std::string RecordSession::fillIn(const LocalText& text, NodeId id) const {
    return fillIn(text.in(language_, plan_->form().defaultLanguage), id);
}

// A text with each ${name} replaced by that answer, as it is stored.
std::string RecordSession::fillIn(const std::string& form, NodeId id) const {
    if (form.find("${") == std::string::npos) return form;
    host_.standAt(id);
    std::string out;
    std::size_t at = 0;
    for (const auto& name : placeholders(form)) {
        const auto start = form.find("${", at), end = form.find('}', start);
        out += form.substr(at, start - at);
        at = end + 1;
        if (name.rfind("last-saved#", 0) == 0) {
            out += host_.lastSaved(name.substr(11));
            continue;
        }
        const auto nodes = host_.reference(name, id);
        if (!nodes.empty()) out += host_.nodeText(nodes.front());
    }
    return out + form.substr(at);
}

NodeView RecordSession::viewOf(NodeId id) const {
    const Entry& entry = tree_[id];
    const Node& node = nodeOf(id);
    NodeView view;
    view.node = &node;
    view.path = tree_.path(id);
    view.key = tree_.key(id);
    view.label = fillIn(node.label, id);
    view.hint = fillIn(node.hint, id);
    if (entry.isRepeat) {
        const NodeId around = entry.parent;
        view.relevant = tree_[around].relevant && holds(lineOf(id).relevant, around, true, true);
        view.readOnly = tree_[around].readOnly || lineOf(id).isCounted();
        return view;
    }
    view.relevant = entry.relevant;
    view.required = entry.required;
    const auto& line = lineOf(id);
    view.readOnly = entry.readOnly || node.type == QuestionType::Note ||
                    (line.calculation && line.triggers.empty());
    view.valid = entry.fault == Fault::None;
    view.value = entry.text;
    if (entry.fault == Fault::Required) view.message = fillIn(node.requiredMessage, id);
    if (entry.fault == Fault::Constraint) view.message = fillIn(node.constraintMessage, id);
    if (view.message.empty()) view.message = words_.of(entry.fault, node);
    if (entry.isWarned && !entry.isWarningKept) {
        view.warning = fillIn(node.warningMessage, id);
        if (view.warning.empty()) view.warning = words_.warning();
    }
    if (view.warning.empty()) view.warning = entry.error;
    return view;
}

std::vector<NodeView> RecordSession::view() const {
    std::vector<NodeView> views;
    views.reserve(tree_.size());
    tree_.walk(RecordTree::kRoot, [&](NodeId id) {
        if (id != RecordTree::kRoot) views.push_back(viewOf(id));
    });
    return views;
}

std::optional<NodeView> RecordSession::view(const std::string& path) const {
    const auto id = tree_.find(path);
    if (!id || *id <= RecordTree::kRoot) return std::nullopt;
    return viewOf(*id);
}

bool RecordSession::isValid() const {
    bool holdsAll = true;
    tree_.walk(RecordTree::kRoot,
               [&](NodeId id) { holdsAll = holdsAll && tree_[id].fault == Fault::None; });
    return holdsAll;
}

std::string RecordSession::instanceName() const {
    if (!plan_->instanceName()) return {};
    const auto name = evaluate(*plan_->instanceName(), RecordTree::kRoot);
    return name ? toString(*name, host_) : std::string();
}

}  // namespace sotay
