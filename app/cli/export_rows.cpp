#include "app/cli/export_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "app/cli/answer_steps.h"

namespace sotay {

namespace {

constexpr std::uint64_t kPageRows = 1000;

// Which repeats have how many items, and which answers there are at all.
struct Extent {
    std::map<std::string, std::size_t> items;  // by the repeat's path with the positions around it
    std::set<std::string> answered;
};

void addColumns(const Node& node, const std::string& around, const Extent& extent,
                std::vector<std::string>& columns) {
    for (const auto& child : node.children) {
        const std::string path = around + "/" + child->name;
        if (child->kind == NodeKind::Question) {
            if (child->isStored()) columns.push_back(path);
            continue;
        }
        if (child->kind == NodeKind::Group) {
            addColumns(*child, path, extent, columns);
            continue;
        }
        const auto items = extent.items.find(path);
        const std::size_t count = items == extent.items.end() ? 0 : items->second;
        for (std::size_t i = 1; i <= count; ++i)
            addColumns(*child, fmt::format("{}[{}]", path, i), extent, columns);
    }
}

void widen(Extent& extent, const std::string& path) {
    extent.answered.insert(path);
    for (auto open = path.find('['); open != std::string::npos; open = path.find('[', open + 1)) {
        std::size_t& most = extent.items[path.substr(0, open)];
        most = std::max<std::size_t>(most, std::stoul(path.substr(open + 1)));
    }
}

}  // namespace

Status eachRow(const Notebook& notebook, const std::string& formId,
               const std::function<Status(const ExportRow&)>& use) {
    ListQuery query;
    query.formId = formId;
    query.sort = ListQuery::Sort::Oldest;
    query.limit = kPageRows;
    for (;; query.offset += kPageRows) {
        const auto page = notebook.list(query);
        if (!page.ok()) return page.error();
        for (const RecordRow& listed : page->rows) {
            const auto opened = notebook.openRecord(listed.id);
            if (!opened.ok()) return opened.error();
            ExportRow row{listed.id, {}};
            for (const auto& [key, value] : opened->answers.values)
                row.values.emplace(positionedPath(opened->answers, key), value);
            if (auto used = use(row); !used.ok()) return used;
        }
        if (page->rows.size() < kPageRows) return Status();
    }
}

Result<std::vector<std::string>> columnsOf(const Notebook& notebook, const Form& form) {
    Extent extent;
    const Status read = eachRow(notebook, form.id, [&](const ExportRow& row) {
        for (const auto& [path, value] : row.values) widen(extent, path);
        return Status();
    });
    if (!read.ok()) return read.error();
    std::vector<std::string> columns;
    addColumns(form.root, "", extent, columns);
    for (const auto& column : columns) extent.answered.erase(column);
    columns.insert(columns.end(), extent.answered.begin(), extent.answered.end());
    return columns;
}

}  // namespace sotay
