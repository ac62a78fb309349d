#include "app/state/form_filling.h"

#include <algorithm>
#include <charconv>

#include "app/state/answer_text.h"

namespace sotay::app {
namespace {

constexpr std::size_t kInlineColumns = 5;

bool isInside(std::string_view path, std::string_view around) {
    return path.size() > around.size() && path.substr(0, around.size()) == around &&
           (path[around.size()] == '/' || path[around.size()] == '[');
}

// Counts the items of each repeat from the positions in the paths of all lines.
void countItems(FormFilling& filling, const std::string& path) {
    for (std::size_t open = path.find('['); open != std::string::npos;
         open = path.find('[', open + 1)) {
        std::size_t number = 0;
        std::from_chars(path.data() + open + 1, path.data() + path.size(), number);
        std::size_t& count = filling.itemCount[path.substr(0, open)];
        count = std::max(count, number);
    }
}

void readLines(FormFilling& filling) {
    filling.lines = filling.session->view();
    filling.keptChoices.clear();
    filling.lineAt.clear();
    filling.itemCount.clear();
    for (std::size_t i = 0; i < filling.lines.size(); ++i) {
        filling.lineAt[filling.lines[i].path] = i;
        countItems(filling, filling.lines[i].path);
    }
}

Section sectionFor(const Node& node) {
    Section section;
    section.path = node.path;
    section.node = &node;
    if (node.kind == NodeKind::Repeat) {
        section.nodes.push_back(&node);
    } else {
        for (const auto& child : node.children) section.nodes.push_back(child.get());
    }
    return section;
}

// Groups and repeats of the top level are sections; a form with one group around everything opens
// that group.
std::vector<Section> sectionsOf(const Form& form) {
    const Node* top = &form.root;
    while (top->children.size() == 1 && top->children.front()->kind == NodeKind::Group)
        top = top->children.front().get();
    std::vector<Section> sections;
    bool inRun = false;
    for (const auto& child : top->children) {
        if (child->kind != NodeKind::Question) {
            sections.push_back(sectionFor(*child));
            inRun = false;
        } else {
            if (!inRun) sections.emplace_back();
            sections.back().nodes.push_back(child.get());
            inRun = true;
        }
    }
    // A run of hidden lines only is nothing to show.
    std::erase_if(sections, [](const Section& section) {
        return !section.node &&
               std::none_of(section.nodes.begin(), section.nodes.end(), [](const Node* node) {
                   return isAsked(*node) || node->type == QuestionType::Note;
               });
    });
    return sections;
}

void countLine(Section& section, const NodeView& line) {
    if (!isAsked(line)) return;
    if (!line.valid && !line.value.empty()) ++section.wrong;
    // Rows of a repeat are counted as rows.
    if (line.path.find('[') != std::string::npos) return;
    ++section.asked;
    if (!line.value.empty()) ++section.answered;
}

void countSections(FormFilling& filling) {
    for (std::size_t i = 0; i < filling.sections.size(); ++i) {
        Section& section = filling.sections[i];
        section.asked = section.answered = section.wrong = 0;
        const NodeView* own = section.node ? filling.line(section.path) : nullptr;
        section.relevant = !own || own->relevant;
        if (section.node && section.node->kind == NodeKind::Repeat)
            section.rows = filling.items(section.path);
    }
    for (const NodeView& line : filling.lines) {
        std::size_t section = sectionOf(filling, line.path);
        if (section < filling.sections.size()) countLine(filling.sections[section], line);
    }
}

std::string titleOf(const FormFilling& filling) {
    std::string name = filling.session->instanceName();
    if (!name.empty()) return name;
    for (const Node* node : summaryColumns(*filling.form)) {
        const NodeView* line = filling.line(node->path);
        if (line && !line->value.empty()) return line->value;
    }
    return {};
}

}  // namespace

std::string withoutPositions(std::string_view path) {
    std::string plain;
    bool inside = false;
    for (char c : path) {
        if (c == '[') inside = true;
        if (!inside) plain += c;
        if (c == ']') inside = false;
    }
    return plain;
}

bool isAsked(const Node& node) {
    if (node.kind != NodeKind::Question || isMetadata(node.type)) return false;
    switch (node.type) {
        case QuestionType::Note:
        case QuestionType::Calculate:
        case QuestionType::Hidden:
        case QuestionType::StartGeoPoint:
            return false;
        default:
            return true;
    }
}

bool isAsked(const NodeView& line) {
    return line.node && isAsked(*line.node) && line.relevant && !line.readOnly;
}

const std::vector<ChoiceView>& FormFilling::choices(const std::string& path) const {
    auto kept = keptChoices.find(path);
    if (kept == keptChoices.end()) kept = keptChoices.emplace(path, session->choices(path)).first;
    return kept->second;
}

bool FormFilling::showsProblem(const NodeView& shown) const {
    if (shown.path == focusPath) return focusWasWrong;
    return showAllProblems || !shown.value.empty() || visited.contains(shown.path);
}

void refresh(FormFilling& filling) {
    if (!filling.lines.empty() && filling.shownRevision == filling.session->revision()) return;
    filling.shownRevision = filling.session->revision();
    readLines(filling);
    if (filling.sections.empty()) filling.sections = sectionsOf(*filling.form);
    countSections(filling);
    filling.title = titleOf(filling);
}

std::size_t sectionOf(const FormFilling& filling, const std::string& path) {
    std::string plain = withoutPositions(path);
    for (std::size_t i = 0; i < filling.sections.size(); ++i) {
        const Section& section = filling.sections[i];
        if (section.node && (plain == section.path || isInside(plain, section.path))) return i;
        if (section.node) continue;
        for (const Node* node : section.nodes)
            if (node->path == plain) return i;
    }
    return filling.sections.size();
}

bool isFileQuestion(const Node& node) {
    return node.type == QuestionType::Image || node.type == QuestionType::Audio ||
           node.type == QuestionType::Video || node.type == QuestionType::File;
}

ItemLayout itemLayout(const Node& repeat) {
    ItemLayout layout;
    std::size_t fields = 0;
    for (const auto& child : repeat.children) {
        if (child->kind != NodeKind::Question) {
            layout.hasEditor = true;
        } else if (isAsked(*child)) {
            ++fields;
            bool isLong = child->appearance.find("multiline") != std::string::npos ||
                          isFileQuestion(*child) || shapeOf(*child) == AnswerShape::Choices;
            if (isLong) {
                layout.hasEditor = true;
            } else if (layout.columns.size() < kInlineColumns) {
                layout.columns.push_back(child.get());
            }
        }
    }
    if (layout.columns.size() < fields) layout.hasEditor = true;
    return layout;
}

void goTo(FormFilling& filling, const std::string& path) {
    filling.section = std::min(sectionOf(filling, path),
                               filling.sections.empty() ? 0 : filling.sections.size() - 1);
    // Every item on the way is opened, unless the field stands in the item's row.
    for (std::size_t close = path.find(']'); close != std::string::npos;
         close = path.find(']', close + 1)) {
        std::string item = path.substr(0, close + 1);
        const Node* repeat = filling.form->find(withoutPositions(item));
        if (!repeat) continue;
        ItemLayout layout = itemLayout(*repeat);
        bool inRow =
            std::any_of(layout.columns.begin(), layout.columns.end(),
                        [&](const Node* column) { return path == item + "/" + column->name; });
        if (!inRow) filling.openItems.insert(item);
    }
    filling.goTo = path;
}

std::string nextProblem(const FormFilling& filling, const std::string& path) {
    auto start = filling.lineAt.find(path);
    std::size_t from = start == filling.lineAt.end() ? filling.lines.size() : start->second + 1;
    for (bool onlyErrors : {true, false}) {
        for (std::size_t step = 0; step < filling.lines.size(); ++step) {
            const NodeView& line = filling.lines[(from + step) % filling.lines.size()];
            if (!isAsked(line)) continue;
            if (onlyErrors ? !line.valid : !line.warning.empty()) return line.path;
        }
    }
    return {};
}

}  // namespace sotay::app
