#include "schema/form_changes.h"

#include <algorithm>
#include <set>

#include "schema/question_types.h"

namespace sotay {
namespace {

constexpr std::size_t kMostChoices = 5;

const char* wordFor(ValueType type) {
    switch (type) {
        case ValueType::Integer:
            return "a whole number";
        case ValueType::Decimal:
            return "a number";
        case ValueType::Choices:
            return "several choices";
        case ValueType::Text:
            break;
    }
    return "text";
}

bool isSelect(const Node& node) { return !node.listName.empty(); }

// What a question of the first type can hold is always an answer to the second as well.
bool accepts(const Node& old, const Node& now) {
    if (old.type == now.type) return true;
    switch (now.type) {
        case QuestionType::Text:
        case QuestionType::Hidden:
        case QuestionType::Barcode:
        case QuestionType::Unknown:
            return true;
        case QuestionType::Integer:
        case QuestionType::Decimal:
            return old.valueType() == now.valueType();
        case QuestionType::Rank:
        case QuestionType::SelectOne:
            return false;
        default:
            return old.type == QuestionType::Hidden;
    }
}

std::string quoted(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < kMostChoices; ++i)
        text += (i == 0 ? "\"" : ", \"") + names[i] + "\"";
    if (names.size() > kMostChoices)
        text += " and " + std::to_string(names.size() - kMostChoices) + " more";
    return text;
}

class Comparison {
  public:
    Comparison(const FieldTable& before, const Form* old, const Form& next)
        : before_(before), old_(old), next_(next) {}

    std::vector<FormChange> run() {
        for (const Field& field : before_.fields) compare(field);
        return std::move(changes_);
    }

  private:
    void compare(const Field& field) {
        if (covered_.contains(field.repeat)) {  // what holds for a repeat holds for all in it
            if (field.isRepeat) covered_.insert(field.ordinal);
            return;
        }
        const Node* node = next_.find(field.path);
        if (field.retired)
            returned(field, node);
        else if (field.isRepeat)
            compareRepeat(field, node);
        else
            compareQuestion(field, node);
    }

    void compareRepeat(const Field& field, const Node* node) {
        if (node && node->kind == NodeKind::Repeat && sameRepeat(field, *node)) return;
        covered_.insert(field.ordinal);
        if (!node) {
            add(field, nullptr, "name",
                "The repeat \"" + field.path + "\" is no longer in the form" + movedTo(field) +
                    ", nor is what was asked in it.");
        } else if (node->kind == NodeKind::Repeat) {
            add(field, node, "type",
                "The repeat \"" + field.path +
                    "\" is now inside another repeat, or no longer inside one. Its items so far "
                    "stay as they are, but the form begins with none.");
        } else {
            add(field, node, "type",
                "\"" + field.path +
                    "\" was a repeat and no longer is. Its items so far stay in the records, but "
                    "the form does not show them; give it another name to begin anew.");
        }
    }

    void compareQuestion(const Field& field, const Node* node) {
        if (!node) {
            add(field, nullptr, "name",
                "The question \"" + field.path + "\" is no longer in the form" + movedTo(field) +
                    ".");
        } else if (node->kind != NodeKind::Question) {
            add(field, node, "type", "\"" + field.path + "\" was a question and is now a group.");
        } else if (!sameRepeat(field, *node)) {
            moved(field, *node);
        } else if (!node->isStored()) {
            add(field, node, node->calculation.empty() ? "type" : "calculation",
                "\"" + field.path + "\" was answered by people and is now " +
                    (node->calculation.empty() ? "only shown." : "calculated."));
        } else if (node->valueType() != field.type) {
            add(field, node, "type",
                "\"" + field.path + "\" held " + wordFor(field.type) + " and now holds " +
                    wordFor(node->valueType()) +
                    ". Answers that can be read so are offered when a record is opened; to keep "
                    "both, give the new question another name.");
        } else if (old_) {
            compareMeaning(field, *node);
        }
    }

    // Stored alike, but not every answer so far is one to the question as it is now.
    void compareMeaning(const Field& field, const Node& node) {
        const Node* was = old_->find(field.path);
        if (!was) return;
        if (!accepts(*was, node)) {
            add(field, &node, "type",
                "\"" + field.path + "\" was of type " + std::string(typeName(was->type)) +
                    " and is now " + std::string(typeName(node.type)) +
                    ". Answers that do not fit are shown as wrong when a record is opened.");
        } else if (isSelect(*was) && isSelect(node)) {
            compareChoices(field, *was, node);
        }
    }

    void compareChoices(const Field& field, const Node& was, const Node& node) {
        const auto from = old_->lists.find(was.listName), to = next_.lists.find(node.listName);
        if (from == old_->lists.end() || to == next_.lists.end()) return;
        if (!from->second.file.empty() || !to->second.file.empty()) return;  // not in the workbook
        std::set<std::string> offered;
        for (const auto& choice : to->second.choices) offered.insert(choice.name);
        if (node.orOther) offered.insert("other");
        std::vector<std::string> gone;
        for (const auto& choice : from->second.choices)
            if (offered.insert(choice.name).second) gone.push_back(choice.name);
        if (was.orOther && offered.insert("other").second) gone.emplace_back("other");
        if (gone.empty()) return;
        add(field, &node, "type",
            "\"" + field.path + "\" no longer offers " + quoted(gone) + " of the list \"" +
                node.listName + "\".");
        changes_.back().problem.sheet = "choices";
        changes_.back().problem.row =
            to->second.choices.empty() ? 0 : to->second.choices.front().row;
        changes_.back().problem.column = "name";
        changes_.back().choices = std::move(gone);
    }

    // Into a repeat, out of one, or a group around it became a repeat, under the same path.
    void moved(const Field& field, const Node& node) {
        const Node* repeat = repeatAround(node);
        const Field* old = before_.byOrdinal(field.repeat);
        if (repeat && !reportedRepeats_.insert(repeat).second) return;
        add(field, repeat ? repeat : &node, "type",
            repeat ? "\"" + repeat->path +
                         "\" is a repeat now. What was answered in it stays in the records, but "
                         "the form begins without items; give the repeat another name to show "
                         "both."
                   : "\"" + field.path + "\" is no longer asked once for each \"" +
                         (old ? old->path : std::string()) + "\".");
    }

    // It was in an earlier version: what records held then is there again.
    void returned(const Field& field, const Node* node) {
        if (!node || (node->kind == NodeKind::Repeat) != field.isRepeat) return;
        const Field* newest = before_.byPath(field.path);
        if (newest != &field && newest && !newest->retired) return;  // reported there
        if (!field.isRepeat && (!node->isStored() || node->valueType() != field.type)) return;
        if (!sameRepeat(field, *node)) return;
        if (field.isRepeat) covered_.insert(field.ordinal);
        add(field, node, "name",
            "\"" + field.path +
                "\" was in an earlier version of the form; the answers from then are shown again.");
    }

    bool sameRepeat(const Field& field, const Node& node) const {
        const Node* now = repeatAround(node);
        const Field* was = before_.byOrdinal(field.repeat);
        return (now ? now->path : std::string()) == (was ? was->path : std::string());
    }

    static const Node* repeatAround(const Node& node) {
        for (const Node* at = node.parent; at; at = at->parent)
            if (at->kind == NodeKind::Repeat) return at;
        return nullptr;
    }

    // Authors move questions into groups without thinking of their answers.
    std::string movedTo(const Field& field) const {
        const auto name = field.path.substr(field.path.rfind('/') + 1);
        const Node* there = next_.findByName(name);
        if (!there || before_.byPath(there->path)) return {};
        return " (\"" + there->path + "\" is a new place, to which answers do not move)";
    }

    void add(const Field& field, const Node* node, const char* column, std::string message) {
        const int row = node ? node->row : 0;
        changes_.push_back({{Problem::Severity::Warning, "survey", row, row == 0 ? "" : column,
                             std::move(message)},
                            field.ordinal,
                            {}});
    }

    const FieldTable& before_;
    const Form* old_;
    const Form& next_;
    std::vector<FormChange> changes_;
    std::set<Ordinal> covered_;              // repeats of the table before that were reported
    std::set<const Node*> reportedRepeats_;  // repeats of the new form
};

}  // namespace

std::vector<FormChange> compareForms(const FieldTable& before, const Form* old, const Form& next) {
    return Comparison(before, old, next).run();
}

Problem describeChange(const FormChange& change, std::optional<std::uint64_t> records) {
    Problem problem = change.problem;
    if (!records)
        problem.message +=
            " Records that hold such an answer keep it, in their history and their exports too.";
    else if (*records == 0)
        problem.message += " No record holds such an answer.";
    else
        problem.message += (*records == 1 ? " 1 record holds such an answer and keeps it"
                                          : " " + std::to_string(*records) +
                                                " records hold such an answer and keep it") +
                           std::string(", in the history and the exports too.");
    return problem;
}

}  // namespace sotay
