#include <algorithm>
#include <set>

#include "schema/ascii_text.h"
#include "schema/nearest_name.h"
#include "schema/question_types.h"
#include "schema/xlsform_columns.h"
#include "schema/xlsform_draft.h"
#include "schema/xlsform_loop.h"
#include "schema/xlsform_parameters.h"
#include "schema/xlsform_selects.h"

namespace sotay {
namespace {

using Kind = TypeLine::Kind;

// "yes" and "no" in a column of expressions.
std::string condition(const std::string& cell) {
    static const std::set<std::string> kNo = {"no", "false", "false()"};
    const std::string expression = plainExpression(cell);
    const std::string lower = asciiLowered(expression);
    if (lower == "yes" || lower == "true" || lower == "true()") return "true()";
    return kNo.count(lower) != 0 ? "false()" : expression;
}

LocalText withoutRuns(LocalText text) {
    for (auto& [language, value] : text.byLanguage) {
        std::string out;
        for (char c : value) {
            if (c != ' ' || out.empty() || out.back() != ' ') out += c;
        }
        value = std::move(out);
    }
    return text;
}

class SurveyReader {
  public:
    SurveyReader(const XlsTable& table, FormDraft& draft) : table_(table), draft_(draft) {
        open_.push_back({&draft.form.root, Kind::Question, "", 0, {}, {}});
    }

    void run() {
        for (const auto& row : table_.rows()) {
            if (draft_.lines.size() == kMaxLines || open_.size() > kMaxNesting)
                return error(
                    row.number, "type",
                    draft_.lines.size() == kMaxLines
                        ? "A survey can have 20,000 lines at most. Divide it into several forms."
                        : "Groups and repeats can stand in one another 100 deep at most.");
            readRow(row);
        }
        while (open_.size() > 1) {
            const Open& last = open_.back();
            error(last.row, "type",
                  "The " + word(last.kind) + " \"" + last.node->name +
                      "\" is never closed. Add a line \"end_" + word(last.kind) +
                      "\" where it ends.");
            open_.pop_back();
        }
    }

  private:
    // A group, repeat or loop that later lines go into.
    struct Open {
        Node* node;
        Kind kind;
        std::string list;  // of a loop
        int row;
        std::set<std::string> names, lowerNames;
    };

    static std::string word(Kind kind) {
        if (kind == Kind::BeginRepeat || kind == Kind::EndRepeat) return "repeat";
        return kind == Kind::BeginLoop || kind == Kind::EndLoop ? "loop" : "group";
    }
    void error(int row, const std::string& column, std::string message) {
        draft_.error(draft_.surveySheet, row, column, std::move(message));
    }
    void warn(int row, const std::string& column, std::string message) {
        draft_.warn(draft_.surveySheet, row, column, std::move(message));
    }

    void readRow(const TableRow& row) {
        if (isYes(row.text("disabled"))) return;
        if (!row.has("type")) {
            if (row.has("name") || row.has("label"))
                error(row.number, "type",
                      "The line \"" + (row.has("name") ? row.text("name") : row.text("label")) +
                          "\" has no type. Write one, such as \"text\", or delete the line.");
            return;  // a remark, or space between blocks
        }
        const TypeLine type = parseType(row.text("type"));
        switch (type.kind) {
            case Kind::EndGroup:
            case Kind::EndRepeat:
            case Kind::EndLoop:
                return close(row, type);
            case Kind::BadBegin:
                return error(row.number, row.header("type"),
                             "\"" + row.text("type") +
                                 "\" is no type. Only a group or a repeat can " + type.keyword +
                                 ".");
            case Kind::Setting:
                draft_.form.settings.emplace(type.setting, row.text("name"));
                return;
            default:
                break;
        }
        readNamed(row, type);
    }

    void close(const TableRow& row, const TypeLine& type) {
        static const std::map<Kind, Kind> kPartner = {{Kind::EndGroup, Kind::BeginGroup},
                                                      {Kind::EndRepeat, Kind::BeginRepeat},
                                                      {Kind::EndLoop, Kind::BeginLoop}};
        if (row.has("save_to"))
            error(row.number, row.header("save_to"),
                  "A group or a repeat cannot be saved to an entity. Remove \"" +
                      row.text("save_to") + "\".");
        if (open_.size() > 1 && open_.back().kind == kPartner.at(type.kind)) {
            const Open done = std::move(open_.back());
            open_.pop_back();
            if (done.kind == Kind::BeginLoop) expandLoop(*done.node, done.list, draft_);
            return;
        }
        std::string message = "\"" + row.text("type") + "\" closes nothing: ";
        if (open_.size() > 1) {
            message += "the " + word(open_.back().kind) + " \"" + open_.back().node->name +
                       "\" of row " + std::to_string(open_.back().row) +
                       " is still open. Close it first with \"end_" + word(open_.back().kind) +
                       "\".";
        } else {
            message += "there is no open " + word(type.kind) + ". Delete the line or add \"begin_" +
                       word(type.kind) + "\" above.";
        }
        error(row.number, row.header("type"), message);
    }

    void readNamed(const TableRow& row, const TypeLine& type) {
        const bool isContainer = type.kind == Kind::BeginGroup || type.kind == Kind::BeginRepeat ||
                                 type.kind == Kind::BeginLoop;
        auto node = std::make_unique<Node>();
        node->row = row.number;
        node->typeText = row.text("type");
        node->type = type.type;
        if (isContainer)
            node->kind = type.kind == Kind::BeginRepeat ? NodeKind::Repeat : NodeKind::Group;
        if (!readName(row, type, *node)) {
            if (!isContainer) return;
            node->name =
                "unnamed_" + std::to_string(row.number);  // goes on, to find what else is wrong
        }
        if (type.kind == Kind::ExternalData) return readExternalData(row, type, node->name);
        Node* parent = open_.back().node;
        node->parent = parent == &draft_.form.root ? nullptr : parent;
        node->path = parent->path + "/" + node->name;
        readCells(row, type, *node);
        if (isContainer) {
            if (row.has("save_to"))
                error(row.number, row.header("save_to"),
                      "A group or a repeat cannot be saved to an entity. Remove \"" +
                          row.text("save_to") + "\".");
        } else {
            checkType(row, type, *node);
            readParameters(row, type, *node, draft_);
            readChoiceSource(row, type, *node, draft_);
        }
        Node* added = node.get();
        draft_.lines.push_back({&row, added});
        draft_.nodesByName[added->name].push_back(added);
        parent->children.push_back(std::move(node));
        if (isContainer) return openContainer(row, type, added);
        if (added->orOther) addOther(*added, *parent);
    }

    void openContainer(const TableRow& row, const TypeLine& type, Node* node) {
        if (type.kind == Kind::BeginRepeat && !repeats_.insert(node->name).second)
            error(row.number, row.header("name"),
                  "There is already a repeat \"" + node->name +
                      "\". Give each repeat a name of its own.");
        if (type.kind == Kind::BeginRepeat && node->name == rootName())
            error(row.number, row.header("name"),
                  "A repeat cannot be called \"" + node->name +
                      "\", which is the name of the form's root.");
        if (type.kind == Kind::BeginLoop && draft_.form.lists.count(type.list) == 0)
            error(row.number, row.header("type"),
                  type.list.empty()
                      ? "The loop does not say over which list it goes: \"begin_loop over LIST\"."
                      : "The loop goes over the list \"" + type.list +
                            "\", which is not in the choices sheet.");
        draft_.usedLists.insert(type.list);
        open_.push_back({node, type.kind, type.list, row.number, {}, {}});
    }

    std::string rootName() const {
        auto name = draft_.form.settings.find("name");
        return name == draft_.form.settings.end() || name->second.empty() ? "data" : name->second;
    }

    bool readName(const TableRow& row, const TypeLine& type, Node& node) {
        node.name = plainExpression(row.text("name"));
        if (type.type == QuestionType::Audit) {
            if (!node.name.empty() && node.name != "audit")
                error(row.number, row.header("name"),
                      "An audit is always named \"audit\". Leave the name empty instead of \"" +
                          node.name + "\".");
            node.name = "audit";
        }
        if (node.name.empty() && type.type == QuestionType::Note)
            node.name = "generated_note_name_" + std::to_string(row.number);
        if (node.name.empty()) {
            error(row.number, "name",
                  "The line \"" + row.text("type") + "\" has no name. Write one.");
            return false;
        }
        if (!isXmlName(node.name)) {
            error(row.number, row.header("name"),
                  "\"" + node.name + "\" cannot be a name. " + kNameRule);
            return false;
        }
        if (node.name == "meta") {
            if (type.kind != Kind::BeginGroup)
                error(row.number, row.header("name"),
                      "The name \"meta\" is kept for what programs add to a form.");
            else
                warn(row.number, row.header("name"),
                     "The name \"meta\" is kept for what programs add to a form; other programs "
                     "refuse it.");
        }
        Open& open = open_.back();
        if (!open.names.insert(node.name).second) {
            error(row.number, row.header("name"),
                  "There is already a \"" + node.name +
                      "\" in the same group. Give each line a name of its own.");
        } else if (!open.lowerNames.insert(asciiLowered(node.name)).second) {
            warn(row.number, row.header("name"),
                 "\"" + node.name +
                     "\" differs from another name only in upper and lower case, which people "
                     "and some programs confuse.");
        }
        return true;
    }

    void readExternalData(const TableRow& row, const TypeLine& type, const std::string& name) {
        useFile(name + "." + type.keyword.substr(0, type.keyword.find('-')), name, row,
                row.header("type"), draft_);
        draft_.attachedNames.insert(name);
    }

    void readCells(const TableRow& row, const TypeLine& type, Node& node) {
        auto local = [&](const char* key) {
            return draft_.cleansText ? withoutRuns(row.local(key)) : row.local(key);
        };
        node.label = local("label");
        node.hint = local("hint");
        node.guidance = local("guidance_hint");
        node.constraintMessage = local("constraint_message");
        node.requiredMessage = local("required_message");
        node.warningMessage = local("warning_message");
        for (const char* media : {"image", "big-image", "audio", "video"}) {
            if (row.has(media)) node.media[media] = row.local(media);
        }
        node.relevant = condition(row.text("relevant"));
        node.constraint = condition(row.text("constraint"));
        node.required = condition(row.text("required"));
        node.readOnly = condition(row.text("read_only"));
        node.calculation = plainExpression(row.text("calculation"));
        node.defaultValue = row.text("default");
        node.choiceFilter = plainExpression(row.text("choice_filter"));
        node.repeatCount = plainExpression(row.text("repeat_count"));
        node.trigger = plainExpression(row.text("trigger"));
        node.warning = condition(row.text("warning"));
        node.appearance = row.text("appearance");
        node.identity = isYes(row.text("identity"));
        node.summary = isYes(row.text("summary"));
        node.area = isYes(row.text("area"));
        if (!type.constraint.empty()) {
            node.constraint = node.constraint.empty()
                                  ? type.constraint
                                  : "(" + node.constraint + ") and (" + type.constraint + ")";
            if (node.hint.empty() && !type.hint.empty()) node.hint.byLanguage[""] = type.hint;
        }
        static const std::set<std::string> kMembers = {"type",
                                                       "name",
                                                       "label",
                                                       "hint",
                                                       "guidance_hint",
                                                       "constraint_message",
                                                       "required_message",
                                                       "warning_message",
                                                       "image",
                                                       "big-image",
                                                       "audio",
                                                       "video",
                                                       "relevant",
                                                       "constraint",
                                                       "required",
                                                       "read_only",
                                                       "calculation",
                                                       "default",
                                                       "choice_filter",
                                                       "repeat_count",
                                                       "trigger",
                                                       "warning",
                                                       "appearance",
                                                       "identity",
                                                       "summary",
                                                       "area",
                                                       "parameters",
                                                       "disabled"};
        for (const auto& [column, value] : row.cells) {
            if (!column->isKnown || kMembers.count(column->key) == 0)
                node.otherColumns.emplace(column->header, value);
        }
    }

    void checkType(const TableRow& row, const TypeLine& type, const Node& node) {
        if (!type.remark.empty()) warn(row.number, row.header("type"), type.remark);
        if (type.type == QuestionType::Unknown) return checkUnknown(row);
        if (type.keyword == "calculate" && node.calculation.empty() && node.defaultValue.empty())
            error(row.number, "calculation",
                  "The calculation of \"" + node.name +
                      "\" is missing. Write it in the column \"calculation\".");
        if (type.keyword == "background-geopoint") {
            if (node.trigger.empty())
                error(row.number, "trigger",
                      "A background-geopoint needs a trigger: the question, as ${name}, "
                      "after whose answer \"" +
                          node.name + "\" is taken.");
            if (!node.calculation.empty())
                error(row.number, row.header("calculation"),
                      "A background-geopoint has no calculation. Remove it.");
        }
        if (!node.guidance.empty() && node.label.empty() && node.hint.empty() && node.media.empty())
            error(row.number, row.header("guidance_hint"),
                  "\"" + node.name +
                      "\" has guidance but neither a label nor a hint. Write a label.");
        else if (node.label.empty() && node.hint.empty() && node.media.empty() && needsLabel(node))
            warn(row.number, "label",
                 "\"" + node.name + "\" has no label, so people will see its name only.");
    }

    static bool needsLabel(const Node& node) {
        return node.calculation.empty() && (node.isStored() || node.type == QuestionType::Note) &&
               node.type != QuestionType::Hidden && node.type != QuestionType::Calculate &&
               node.type != QuestionType::StartGeoPoint && node.type != QuestionType::Unknown &&
               node.trigger.empty();
    }

    void checkUnknown(const TableRow& row) {
        const std::string& type = row.text("type");
        const std::string firstWord = type.substr(0, type.find(' '));
        const std::string nearest = nearestName(firstWord, knownTypes());
        if (!nearest.empty() || type.find("${") != std::string::npos)
            return error(row.number, row.header("type"),
                         "There is no type \"" + type + "\"" + didYouMean(firstWord, knownTypes()));
        warn(row.number, row.header("type"),
             "The type \"" + type + "\" is of another program. Its answer is typed as text.");
    }

    void addOther(const Node& select, Node& parent) {
        auto node = std::make_unique<Node>();
        node->row = select.row;
        node->type = QuestionType::Text;
        node->typeText = "text";
        node->name = select.name + "_other";
        node->path = parent.path + "/" + node->name;
        node->parent = select.parent;
        node->relevant = "selected(../" + select.name + ", 'other')";
        node->label = otherLabel(draft_.form.languages, "Specify other.", "Nêu rõ.");
        if (!open_.back().names.insert(node->name).second)
            return error(select.row, "name",
                         "\"" + node->name + "\" is already there, but \"or_other\" of \"" +
                             select.name + "\" makes a question of that name.");
        draft_.nodesByName[node->name].push_back(node.get());
        parent.children.push_back(std::move(node));
    }

    const XlsTable& table_;
    FormDraft& draft_;
    std::vector<Open> open_;
    std::set<std::string> repeats_;
};

}  // namespace

void readSurvey(const XlsTable& table, FormDraft& draft) { SurveyReader(table, draft).run(); }

}  // namespace sotay
