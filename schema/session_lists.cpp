#include "schema/session_lists.h"

#include <algorithm>
#include <pugixml.hpp>
#include <set>

#include "schema/value.h"

namespace sotay {
namespace {

std::string stemOf(const std::string& file) {
    const auto slash = file.find_last_of('/');
    const auto name = slash == std::string::npos ? file : file.substr(slash + 1);
    return name.substr(0, name.find_last_of('.'));
}

bool endsWith(const std::string& text, std::string_view end) {
    return text.size() >= end.size() &&
           text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

std::optional<std::size_t> Table::column(std::string_view name) const {
    const auto found = std::find(columns.begin(), columns.end(), name);
    if (found == columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns.begin());
}

const std::vector<std::uint32_t>& Table::rowsWhere(std::size_t column,
                                                   const std::string& text) const {
    static const std::vector<std::uint32_t> kNone;
    auto [index, isNew] = index_.try_emplace(column);
    if (isNew) {
        for (std::uint32_t row = 0; row < rows.size(); ++row)
            index->second[rows[row][column]].push_back(row);
    }
    const auto found = index->second.find(text);
    return found == index->second.end() ? kNone : found->second;
}

ListNodes::ListNodes(const Form& form, ReadFile readFile)
    : form_(form), readFile_(std::move(readFile)) {}

void ListNodes::setLanguage(const std::string& language) {
    language_ = language;
    for (auto& [name, loaded] : loaded_) {
        if (!loaded || !loaded->table) continue;
        const auto list = form_.lists.find(name);
        if (list != form_.lists.end() && list->second.file.empty())
            *loaded->table = tableOf(list->second);
    }
}

Table ListNodes::tableOf(const ChoiceList& list) const {
    Table table;
    table.columns = {"name", "label"};
    std::set<std::string> extra;
    for (const auto& choice : list.choices) {
        for (const auto& [column, text] : choice.columns) extra.insert(column);
    }
    extra.erase("name");
    extra.erase("label");
    table.columns.insert(table.columns.end(), extra.begin(), extra.end());
    table.rows.reserve(list.choices.size());
    for (const auto& choice : list.choices) {
        std::vector<std::string> row{choice.name,
                                     choice.label.in(language_, form_.defaultLanguage)};
        for (const auto& column : extra) {
            const auto found = choice.columns.find(column);
            row.push_back(found == choice.columns.end() ? std::string() : found->second);
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

// Deeper than any list is; what lies deeper is left out rather than recursed into.
void ListNodes::addXml(const pugi::xml_node& node, NodeId parent, int depth,
                       std::vector<XmlNode>& out) {
    const auto self = static_cast<NodeId>(out.size());
    out.push_back({node.name(), node.text().as_string(), parent, {}});
    if (depth > 50) return;
    for (const auto child : node.children()) {
        if (child.type() != pugi::node_element) continue;
        out[self].children.push_back(static_cast<NodeId>(out.size()));
        addXml(child, self, depth + 1, out);
    }
}

std::unique_ptr<ListNodes::Loaded> ListNodes::read(const std::string& name) const {
    auto loaded = std::make_unique<Loaded>();
    const auto list = form_.lists.find(name);
    if (list != form_.lists.end() && list->second.file.empty()) {
        loaded->table = std::make_unique<Table>(tableOf(list->second));
        return loaded;
    }
    std::vector<std::string> files;
    if (list != form_.lists.end()) files.push_back(list->second.file);
    for (const auto& [file, found] : form_.files) {
        if (file == name || stemOf(file) == name) files.push_back(file);
    }
    files.push_back(name);
    for (const char* ending : {".csv", ".xml", ".geojson"}) files.push_back(name + ending);
    for (const auto& file : files) {
        const auto bytes = readFile_ ? readFile_(file) : std::nullopt;
        if (!bytes) continue;
        if (endsWith(file, ".xml")) {
            pugi::xml_document document;
            if (!document.load_buffer(bytes->data(), bytes->size())) continue;
            addXml(document, 0, 0, loaded->xml);
            return loaded;
        }
        auto table = endsWith(file, ".geojson") ? readGeoJson(*bytes) : readCsv(*bytes);
        if (!table) continue;
        loaded->table = std::make_unique<Table>(std::move(*table));
        return loaded;
    }
    return nullptr;
}

const ListNodes::Loaded* ListNodes::load(const std::string& name) const {
    const auto known = loaded_.find(name);
    if (known != loaded_.end()) return known->second.get();
    auto loaded = read(name);
    if (loaded) {
        const auto count =
            loaded->table ? 2 + loaded->table->rows.size() * (loaded->table->columns.size() + 1)
                          : loaded->xml.size();
        loaded->first = next_;
        loaded->end = next_ = static_cast<NodeId>(next_ + count);
        byFirst_.push_back(loaded.get());
    }
    return loaded_.emplace(name, std::move(loaded)).first->second.get();
}

const Table* ListNodes::table(const std::string& name) const {
    const auto* loaded = load(name);
    return loaded ? loaded->table.get() : nullptr;
}

std::optional<NodeId> ListNodes::instance(std::string_view name) const {
    const auto* loaded = load(std::string(name));
    if (!loaded) return std::nullopt;
    return loaded->first;
}

const ListNodes::Loaded& ListNodes::owner(NodeId node) const {
    if (lastOwner_ && node >= lastOwner_->first && node < lastOwner_->end) return *lastOwner_;
    const auto after =
        std::upper_bound(byFirst_.begin(), byFirst_.end(), node,
                         [](NodeId id, const Loaded* loaded) { return id < loaded->first; });
    lastOwner_ = *(after - 1);
    return *lastOwner_;
}

std::optional<std::uint32_t> ListNodes::rowOf(NodeId node) const {
    const auto& loaded = owner(node);
    const NodeId at = node - loaded.first;
    if (!loaded.table || at < 2) return std::nullopt;
    const auto width = static_cast<NodeId>(loaded.table->columns.size() + 1);
    if ((at - 2) % width != 0) return std::nullopt;
    return (at - 2) / width;
}

std::string ListNodes::text(NodeId node) const {
    const auto& loaded = owner(node);
    const NodeId at = node - loaded.first;
    if (!loaded.table) return loaded.xml[at].text;
    const auto width = static_cast<NodeId>(loaded.table->columns.size() + 1);
    if (at < 2 || (at - 2) % width == 0) return {};
    return loaded.table->rows[(at - 2) / width][(at - 2) % width - 1];
}

std::string_view ListNodes::name(NodeId node) const {
    const auto& loaded = owner(node);
    const NodeId at = node - loaded.first;
    if (!loaded.table) return loaded.xml[at].name;
    if (at == 0) return {};
    if (at == 1) return "root";
    const auto width = static_cast<NodeId>(loaded.table->columns.size() + 1);
    if ((at - 2) % width == 0) return "item";
    return loaded.table->columns[(at - 2) % width - 1];
}

std::optional<NodeId> ListNodes::parent(NodeId node) const {
    const auto& loaded = owner(node);
    const NodeId at = node - loaded.first;
    if (at == 0) return std::nullopt;
    if (!loaded.table) return loaded.first + loaded.xml[at].parent;
    if (at == 1) return loaded.first;
    const auto width = static_cast<NodeId>(loaded.table->columns.size() + 1);
    const NodeId field = (at - 2) % width;
    return field == 0 ? loaded.first + 1 : node - field;
}

std::vector<NodeId> ListNodes::children(NodeId node) const {
    const auto& loaded = owner(node);
    const NodeId at = node - loaded.first;
    std::vector<NodeId> out;
    if (!loaded.table) {
        for (const NodeId child : loaded.xml[at].children) out.push_back(loaded.first + child);
        return out;
    }
    if (at == 0) return {loaded.first + 1};
    const auto width = static_cast<NodeId>(loaded.table->columns.size() + 1);
    if (at == 1) {
        out.reserve(loaded.table->rows.size());
        for (NodeId row = 0; row < loaded.table->rows.size(); ++row) {
            out.push_back(loaded.first + 2 + row * width);
        }
    } else if ((at - 2) % width == 0) {
        for (NodeId field = 1; field < width; ++field) out.push_back(node + field);
    }
    return out;
}

void ListNodes::childrenNamed(NodeId node, std::string_view name,
                              std::vector<NodeId>& found) const {
    const auto& loaded = owner(node);
    const NodeId at = node - loaded.first;
    if (loaded.table && at >= 2) {
        const auto column = loaded.table->column(name);
        const bool isItem = (at - 2) % static_cast<NodeId>(loaded.table->columns.size() + 1) == 0;
        if (column && isItem) found.push_back(node + 1 + static_cast<NodeId>(*column));
        return;
    }
    if (loaded.table && at == 1) {
        const auto items = name == "item" ? children(node) : std::vector<NodeId>();
        found.insert(found.end(), items.begin(), items.end());
        return;
    }
    for (const NodeId child : children(node)) {
        if (this->name(child) == name) found.push_back(child);
    }
}

const std::string* ListNodes::lentText(NodeId node, std::string_view name) const {
    static const std::string kNone;
    const auto& loaded = owner(node);
    const NodeId at = node - loaded.first;
    if (!loaded.table || at < 2) return nullptr;
    const auto width = static_cast<NodeId>(loaded.table->columns.size() + 1);
    if ((at - 2) % width != 0) return nullptr;
    const auto column = loaded.table->column(name);
    return column ? &loaded.table->rows[(at - 2) / width][*column] : &kNone;
}

}  // namespace sotay
