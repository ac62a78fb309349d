#include <algorithm>
#include <set>

#include "schema/nearest_name.h"
#include "schema/xlsform_draft.h"

namespace sotay {
namespace {

// What contains a question: a group, a repeat, or (null) the survey itself.
using Container = const Node*;

bool isInside(const Node* node, Container container) {
    for (; node; node = node->parent) {
        if (node == container) return true;
    }
    return container == nullptr;
}

Container repeatAround(const Node* node) {
    while (node && node->kind != NodeKind::Repeat) node = node->parent;
    return node;
}

int repeatDepth(Container container) {
    int depth = 0;
    for (; container; container = container->parent)
        depth += container->kind == NodeKind::Repeat ? 1 : 0;
    return depth;
}

std::string shown(Container container) {
    return container ? "\"" + container->name + "\"" : "the survey outside of all groups";
}

// A cell of the survey that saves an answer to an entity list.
struct Saving {
    const SurveyLine* line = nullptr;
    std::string property;
};

struct Entity {
    const TableRow* row = nullptr;
    std::string list;
    std::vector<Saving> savings;
    std::vector<const Node*> mentioned;  // by ${} in its own cells
    Container place = nullptr;
    bool isPlaced = false;
};

// Entities are lists of things that other forms can read. Sotay keeps what a form says of them and
// does not make any, but a form that no program could use is refused here too. The rules are those
// of the ODK Entities specification: a list belongs to one group, repeat or the survey, and its
// properties to questions inside.
class EntityChecker {
  public:
    EntityChecker(const XlsTable* table, FormDraft& draft) : table_(table), draft_(draft) {}

    void run() {
        if (table_) readDeclarations();
        for (const auto& line : draft_.lines) {
            if (line.row->has("save_to") && line.node->kind == NodeKind::Question) readSaving(line);
        }
        for (auto& entity : entities_) checkScope(entity);
        for (bool saves : {true, false}) {
            for (auto& entity : entities_)
                if (entity.savings.empty() != saves) place(entity);
        }
    }

  private:
    void error(const TableRow& row, const std::string& column, std::string message) {
        draft_.error(table_->name(), row.number, row.header(column), std::move(message));
    }
    void savingError(const SurveyLine& line, std::string message) {
        draft_.error(draft_.surveySheet, line.row->number, line.row->header("save_to"),
                     std::move(message));
    }

    void readDeclarations() {
        std::set<std::string> names;
        for (const auto& row : table_->rows()) {
            Entity entity;
            entity.row = &row;
            entity.list = row.text("list_name");
            if (entity.list.empty()) {
                error(row, "list_name",
                      "An entity list has no name. Write one in the column \"list_name\".");
                continue;
            }
            if (!names.insert(entity.list).second)
                error(
                    row, "list_name",
                    "The entity list \"" + entity.list + "\" is there twice. Remove one of them.");
            checkListName(row, entity.list);
            checkConditions(row, entity.list);
            for (const auto& [column, value] : row.cells) {
                for (const auto& reference : referencesIn(value)) {
                    auto found = draft_.nodesByName.find(reference.name);
                    if (found != draft_.nodesByName.end() && !found->second.empty())
                        entity.mentioned.push_back(found->second.front());
                }
            }
            draft_.attachedNames.insert(entity.list);
            entities_.push_back(std::move(entity));
        }
    }

    void checkListName(const TableRow& row, const std::string& list) {
        if (list.rfind("__", 0) == 0)
            error(row, "list_name",
                  "The name of an entity list cannot begin with \"__\", as \"" + list + "\" does.");
        else if (list.find('.') != std::string::npos)
            error(row, "list_name",
                  "The name of an entity list cannot hold a period, as \"" + list + "\" does.");
        else if (!isXmlName(list))
            error(row, "list_name", "\"" + list + "\" cannot be a name. " + kNameRule);
    }

    void checkConditions(const TableRow& row, const std::string& list) {
        if (row.has("update_if") && !row.has("entity_id"))
            error(row, "update_if",
                  "To update entities of \"" + list +
                      "\", the column \"entity_id\" has to say which.");
        if (row.has("entity_id") && row.has("create_if") && !row.has("update_if"))
            error(row, "create_if",
                  "With an entity_id and a create_if, the list \"" + list +
                      "\" needs an \"update_if\" too, to tell the two apart.");
        if (!row.has("entity_id") && !row.has("label"))
            error(row, "label",
                  "The form creates entities of \"" + list +
                      "\", so it has to say how they are called: "
                      "write a \"label\". To update entities instead, write an \"entity_id\".");
    }

    void readSaving(const SurveyLine& line) {
        const std::string text = line.row->text("save_to");
        if (!table_ || entities_.empty())
            return savingError(
                line, "\"" + text +
                          "\" cannot be saved: the workbook declares no entity list. Add a "
                          "sheet \"entities\" with list_name and label, or clear this cell.");
        const auto hash = text.find('#');
        if (hash != std::string::npos && text.find('#', hash + 1) != std::string::npos)
            return savingError(line,
                               "\"" + text + "\" has more than one \"#\". Write LIST#PROPERTY.");
        const std::string property = hash == std::string::npos ? text : text.substr(hash + 1);
        if (hash == std::string::npos && entities_.size() > 1)
            return savingError(line, "There are several entity lists, so \"" + text +
                                         "\" has to say to which it belongs: LIST#" + text + ".");
        Entity* entity =
            hash == std::string::npos ? &entities_.front() : find(text.substr(0, hash));
        if (!entity) return savingError(line, unknownList(text.substr(0, hash)));
        if (!checkProperty(line, property)) return;
        for (const auto& other : entity->savings) {
            if (other.property == property)
                return savingError(line, "\"" + property + "\" of \"" + entity->list +
                                             "\" is already saved in row " +
                                             std::to_string(other.line->row->number) +
                                             ". Rename one of them.");
        }
        entity->savings.push_back({&line, property});
    }

    Entity* find(const std::string& list) {
        auto at = std::find_if(entities_.begin(), entities_.end(),
                               [&](const Entity& each) { return each.list == list; });
        return at == entities_.end() ? nullptr : &*at;
    }

    std::string unknownList(const std::string& list) const {
        std::vector<std::string> names;
        for (const auto& each : entities_) names.push_back(each.list);
        return "There is no entity list \"" + list + "\" in the entities sheet" +
               didYouMean(list, names);
    }

    bool checkProperty(const SurveyLine& line, const std::string& property) {
        const std::string folded = foldText(property);
        if (folded == "name" || folded == "label")
            savingError(line, "An entity's \"" + property +
                                  "\" is kept for its own use. Choose another name.");
        else if (property.rfind("__", 0) == 0)
            savingError(line, "The name of a property cannot begin with \"__\", as \"" + property +
                                  "\" does.");
        else if (!isXmlName(property))
            savingError(line, "\"" + property + "\" cannot be a name. " + kNameRule);
        else
            return true;
        return false;
    }

    // All that an entity takes must be reachable from one repeat: the deepest that it mentions.
    void checkScope(Entity& entity) {
        Container scope = nullptr;
        for (const Node* node : entity.mentioned)
            if (repeatDepth(repeatAround(node)) > repeatDepth(scope)) scope = repeatAround(node);
        for (const auto& saving : entity.savings)
            if (repeatDepth(repeatAround(saving.line->node)) > repeatDepth(scope))
                scope = repeatAround(saving.line->node);
        for (const Node* node : entity.mentioned) {
            if (!isInside(scope, repeatAround(node)))
                error(*entity.row, "label",
                      "The entity list \"" + entity.list + "\" takes answers of the repeat " +
                          shown(scope) + ", from where \"" + node->name + "\" in " +
                          shown(repeatAround(node)) + " cannot be seen. Copy it with a calculate.");
        }
        for (const auto& saving : entity.savings) {
            if (repeatAround(saving.line->node) != scope)
                savingError(*saving.line, "The entity list \"" + entity.list + "\" belongs to " +
                                              shown(scope) + ", but \"" + saving.line->node->name +
                                              "\" is in " + shown(repeatAround(saving.line->node)) +
                                              ". Copy the answer there with a calculate.");
        }
        entity.place = scope;
    }

    Container lowestAround(const Entity& entity) const {
        std::vector<const Node*> nodes;
        for (const auto& saving : entity.savings) nodes.push_back(saving.line->node->parent);
        if (nodes.empty()) {
            for (const Node* node : entity.mentioned)
                if (repeatAround(node) == entity.place) nodes.push_back(node->parent);
        }
        if (nodes.empty()) return entity.place;
        Container lowest = nodes.front();
        while (lowest && !std::all_of(nodes.begin(), nodes.end(),
                                      [&](const Node* node) { return isInside(node, lowest); }))
            lowest = lowest->parent;
        return lowest;
    }

    // One entity list to a container: the lowest that holds all of its questions, or one further
    // out.
    void place(Entity& entity) {
        const Container scope = entity.place;
        const Entity* holder = nullptr;
        for (Container at = lowestAround(entity);; at = at->parent) {
            holder = conflict(entity, at);
            if (!holder) {
                entity.place = at;
                entity.isPlaced = true;
                return;
            }
            if (at == scope || !at) break;
        }
        error(*entity.row, "list_name",
              "The entity list \"" + entity.list + "\" has no group of its own: " + shown(scope) +
                  " already belongs to \"" + holder->list + "\" of row " +
                  std::to_string(holder->row->number) +
                  ". Put its questions into a group or repeat of their own.");
    }

    // The list that keeps `entity` out of `at`: it is there, or stands between `at` and a question.
    const Entity* conflict(const Entity& entity, Container at) const {
        for (const auto& other : entities_) {
            if (!other.isPlaced) continue;
            if (other.place == at) return &other;
            for (const auto& saving : entity.savings) {
                if (isInside(saving.line->node, other.place) && other.place &&
                    isInside(other.place, at))
                    return &other;
            }
            for (const auto& saving : other.savings) {
                if (isInside(saving.line->node, at) && !isInside(other.place, at)) return &other;
            }
        }
        return nullptr;
    }

    const XlsTable* table_;
    FormDraft& draft_;
    std::vector<Entity> entities_;
};

}  // namespace

void checkEntities(const XlsTable* entities, FormDraft& draft) {
    EntityChecker(entities, draft).run();
}

}  // namespace sotay
