#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema/expression.h"
#include "schema/form.h"

namespace pugi {
class xml_node;
}

namespace sotay {

// Rows of text under named columns: a list of choices, or a file beside the form.
struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;  // each as long as `columns`
    std::optional<std::size_t> column(std::string_view name) const;
    // The rows whose `column` holds `text`, in order. Indexed at first use.
    const std::vector<std::uint32_t>& rowsWhere(std::size_t column, const std::string& text) const;

  private:
    mutable std::map<std::size_t, std::unordered_map<std::string, std::vector<std::uint32_t>>>
        index_;
};

// Comma-separated values, RFC 4180, with or without a byte order mark; the first row names the
// columns.
Table readCsv(std::string_view bytes);
// The features of a GeoJSON file as ODK reads them: id, title, geometry ("lat lon 0 0; ...") and
// properties. Nothing when it is no feature collection.
std::optional<Table> readGeoJson(std::string_view bytes);

// instance('name') as expressions see it: /root/item/column. Lists of the form, and files beside
// it, each read when it is first asked for. Its nodes have the topmost bit set, so they never meet
// those of the record.
class ListNodes {
  public:
    using ReadFile = std::function<std::optional<std::string>(const std::string& file)>;
    ListNodes(const Form& form, ReadFile readFile);
    static bool owns(NodeId node) { return (node & kBit) != 0; }

    void setLanguage(const std::string& language);  // labels are a column too
    const std::string& language() const { return language_; }
    // By the name of a list, of a file, or of a file without its ending. Null when there is none.
    const Table* table(const std::string& name) const;
    std::optional<NodeId> instance(std::string_view name) const;
    std::optional<std::uint32_t> rowOf(NodeId node) const;  // of an item

    std::string text(NodeId node) const;
    std::string_view name(NodeId node) const;
    std::optional<NodeId> parent(NodeId node) const;
    std::vector<NodeId> children(NodeId node) const;
    void childrenNamed(NodeId node, std::string_view name, std::vector<NodeId>& found) const;
    // A cell of an item of a table, "" for a column that there is not; null for any other node.
    const std::string* lentText(NodeId node, std::string_view name) const;

  private:
    static constexpr NodeId kBit = 0x80000000;
    struct XmlNode {
        std::string name, text;
        NodeId parent = 0;
        std::vector<NodeId> children;
    };
    // Nodes of a table are numbered, not kept: document, root, then each item followed by its
    // fields.
    struct Loaded {
        NodeId first = 0, end = 0;
        std::unique_ptr<Table> table;
        std::vector<XmlNode> xml;  // of an .xml file, which is a tree rather than a table
    };
    const Loaded* load(const std::string& name) const;
    std::unique_ptr<Loaded> read(const std::string& name) const;
    static void addXml(const pugi::xml_node& node, NodeId parent, int depth,
                       std::vector<XmlNode>& out);
    Table tableOf(const ChoiceList& list) const;
    const Loaded& owner(NodeId node) const;

    const Form& form_;
    ReadFile readFile_;
    std::string language_;
    mutable std::map<std::string, std::unique_ptr<Loaded>> loaded_;
    mutable std::vector<const Loaded*> byFirst_;
    mutable const Loaded* lastOwner_ = nullptr;  // whoever asks for one node asks for its neighbour
    mutable NodeId next_ = kBit;
};

}  // namespace sotay
