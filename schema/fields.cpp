#include "schema/fields.h"

#include <algorithm>
#include <set>

#include "schema/ascii_text.h"

namespace sotay {
namespace {

constexpr std::size_t kLongestColumn =
    48;  // PostgreSQL cuts names at 63 bytes; "_<ordinal>" follows

bool isNameByte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// What both databases take as a column: ASCII letters, digits and "_", beginning with a letter.
std::string columnBase(const std::string& name) {
    const bool plain =
        std::all_of(name.begin(), name.end(), [](char c) { return (c & 0x80) == 0; });
    std::string out;
    for (char c : plain ? name : foldText(name)) {
        if (isNameByte(c))
            out += c;
        else if (!out.empty() && out.back() != '_')
            out += '_';
    }
    out.erase(0, out.find_first_not_of('_') == std::string::npos ? out.size()
                                                                 : out.find_first_not_of('_'));
    while (!out.empty() && out.back() == '_') out.pop_back();
    if (out.empty()) return "field";
    if (out[0] >= '0' && out[0] <= '9') out.insert(0, "f");
    return out.substr(0, kLongestColumn);
}

class Extender {
  public:
    Extender(const FieldTable& before, const Form& form) : form_(form), table_(before) {
        table_.formId = form.id;
        table_.version = before.version + 1;
        for (auto& field : table_.fields) {
            field.retired = true;
            byPath_[field.path].push_back(field.ordinal);
            taken_[tableOf(field)].insert(asciiLowered(field.column));
            next_ = std::max(next_, field.ordinal + 1);
        }
    }

    FieldTable run() {
        walk(form_.root, 0);
        return std::move(table_);
    }

  private:
    // Repeats become tables, whose names have a namespace of their own.
    static Ordinal tableOf(const Field& field) {
        return field.isRepeat ? ~Ordinal{0} : field.repeat;
    }

    void walk(const Node& parent, Ordinal repeat) {
        for (const auto& child : parent.children) {
            if (child->kind == NodeKind::Group) {
                walk(*child, repeat);
            } else if (child->kind == NodeKind::Repeat) {
                walk(*child, place(*child, repeat));
            } else if (child->isStored()) {
                place(*child, repeat);
            }
        }
    }

    Ordinal place(const Node& node, Ordinal repeat) {
        Field wanted;
        wanted.path = node.path;
        wanted.repeat = repeat;
        wanted.isRepeat = node.kind == NodeKind::Repeat;
        wanted.type = wanted.isRepeat ? ValueType::Text : node.valueType();
        Field& field = existing(wanted) ? *existing(wanted) : added(wanted, node);
        field.retired = false;
        field.identity = node.identity;
        field.summary = node.summary;
        field.area = node.area;
        return field.ordinal;
    }

    Field* existing(const Field& wanted) {
        auto found = byPath_.find(wanted.path);
        if (found == byPath_.end()) return nullptr;
        for (Ordinal ordinal : found->second) {
            auto at = std::lower_bound(
                table_.fields.begin(), table_.fields.end(), ordinal,
                [](const Field& field, Ordinal key) { return field.ordinal < key; });
            if (at->repeat == wanted.repeat && at->isRepeat == wanted.isRepeat &&
                at->type == wanted.type)
                return &*at;
        }
        return nullptr;
    }

    Field& added(Field field, const Node& node) {
        field.ordinal = next_++;
        field.since = table_.version;
        field.column = freeColumn(field, node.name);
        byPath_[field.path].push_back(field.ordinal);
        return table_.fields.emplace_back(std::move(field));
    }

    std::string freeColumn(const Field& field, const std::string& name) {
        // Names of hidden columns in one of the databases.
        static const std::set<std::string> kHidden = {"rowid", "oid",  "ctid", "tableoid",
                                                      "xmin",  "xmax", "cmin", "cmax"};
        auto& taken = taken_[tableOf(field)];
        const std::string base = columnBase(name);
        std::string column = base;
        if (kHidden.count(asciiLowered(base)) != 0 || taken.count(asciiLowered(column)) != 0)
            column = base + "_" + std::to_string(field.ordinal);
        while (taken.count(asciiLowered(column)) != 0) column += "_x";
        taken.insert(asciiLowered(column));
        return column;
    }

    const Form& form_;
    FieldTable table_;
    Ordinal next_ = kFirstField;
    std::map<std::string, std::vector<Ordinal>> byPath_;
    std::map<Ordinal, std::set<std::string>> taken_;
};

}  // namespace

const Field* FieldTable::byOrdinal(Ordinal ordinal) const {
    auto at = std::lower_bound(fields.begin(), fields.end(), ordinal,
                               [](const Field& field, Ordinal key) { return field.ordinal < key; });
    return at != fields.end() && at->ordinal == ordinal ? &*at : nullptr;
}

const Field* FieldTable::byPath(const std::string& path) const {
    const Field* newest = nullptr;
    for (const auto& field : fields) {
        if (field.path != path) continue;
        if (!field.retired) return &field;
        newest = &field;
    }
    return newest;
}

const Field* FieldTable::areaField() const {
    const Field* newest = nullptr;
    for (const auto& field : fields) {
        if (field.area && (!newest || newest->retired || !field.retired)) newest = &field;
    }
    return newest;
}

std::uint64_t FieldTable::fingerprint() const {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    auto mix = [&hash](std::uint64_t byte) { hash = (hash ^ (byte & 0xFF)) * 0x100000001b3ULL; };
    for (const auto& field : fields) {
        for (int shift = 0; shift < 32; shift += 8) mix(field.ordinal >> shift);
        for (char c : field.path) mix(static_cast<unsigned char>(c));
        mix(0);
        mix(static_cast<std::uint64_t>(field.type));
        mix(field.isRepeat ? 1 : 0);
    }
    return hash;
}

FieldTable extendFields(const FieldTable& before, const Form& form) {
    return Extender(before, form).run();
}

}  // namespace sotay
