#include "sync/store/duplicate_finder.h"

#include <algorithm>
#include <set>

#include "sync/codec/crypto.h"

namespace sotay {
namespace {

bool isBefore(const auto& a, const auto& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.record < b.record;
}

// Letters and digits alone; bytes of other scripts stay.
std::string keyText(const std::string& answer) {
    std::string text;
    for (char c : foldText(answer)) {
        const auto byte = static_cast<unsigned char>(c);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || byte >= 0x80) text += c;
    }
    return text;
}

}  // namespace

void DuplicateFinder::readForms() {
    bool isSame = formIds_ == forms_.ids();
    for (const std::string& id : formIds_)
        isSame = isSame && byId_[id].version == forms_.newestVersion(id);
    if (isSame) return;
    formIds_ = forms_.ids();
    byId_.clear();
    records_.forgetTouched();
    for (const std::string& id : formIds_) {
        Form& form = byId_[id];
        form.version = forms_.newestVersion(id);
        const FormTables* tables = records_.tables(id);
        const Field* area = tables->fields.areaField();
        const Ordinal title = tables->summary.empty() ? 0 : tables->summary.front().ordinal;
        for (const Field& field : tables->fields.fields) {
            if (!field.identity || field.retired || field.repeat != 0 || field.isRepeat) continue;
            Key key;
            key.ordinals = {field.ordinal};
            if (field.ordinal == title && area && area->ordinal != title)
                key.ordinals.push_back(area->ordinal);
            for (Ordinal ordinal : key.ordinals) {
                if (auto* slot = tables->records.slot(ordinal)) key.columns.push_back(slot->column);
            }
            if (key.columns.size() == key.ordinals.size()) form.keys.push_back(std::move(key));
        }
    }
}

void DuplicateFinder::read(std::uint32_t form, const Id* record) {
    const std::string& formId = formIds_[form];
    const auto& keys = byId_[formId].keys;
    const FormTables* tables = records_.tables(formId);
    if (keys.empty() || !tables) return;
    std::string sql = "SELECT r._id";
    for (const Key& key : keys)
        for (const std::string& column : key.columns) sql += ",r." + column;
    sql += " FROM " + tables->records.name + " r JOIN " + tables->search +
           " s ON s.n=r._n WHERE s.deleted=0";
    if (record) sql += " AND r._id=?";
    SQLite::Statement rows(database_.raw(), sql);
    if (record) bindId(rows, 1, *record);
    while (rows.executeStep()) {
        int column = 1;
        for (std::uint32_t i = 0; i < keys.size(); ++i) {
            std::string text = formId + '\n' + std::to_string(keys[i].ordinals.front());
            bool isWhole = true;
            for (std::size_t part = 0; part < keys[i].columns.size(); ++part) {
                std::string answer = keyText(bytesColumn(rows, column++));
                isWhole = isWhole && !answer.empty();
                text += '\n' + answer;
            }
            if (!isWhole) continue;
            Entry entry;
            const Id hash = hashId(text);
            for (std::size_t byte = 0; byte < sizeof entry.hash; ++byte)
                entry.hash = entry.hash << 8 | hash.bytes[byte];
            entry.record = idColumn(rows, 0);
            entry.form = form;
            entry.key = i;
            entries_.push_back(entry);
        }
    }
}

void DuplicateFinder::update() {
    readForms();
    auto touched = records_.takeTouched();
    if (touched && touched->empty()) return;
    if (!touched) {
        entries_.clear();
        for (std::uint32_t form = 0; form < formIds_.size(); ++form) read(form, nullptr);
    } else {
        std::erase_if(entries_, [&](const Entry& entry) {
            return std::binary_search(touched->begin(), touched->end(), entry.record);
        });
        for (const Id& record : *touched)
            for (std::uint32_t form = 0; form < formIds_.size(); ++form) read(form, &record);
    }
    std::sort(entries_.begin(), entries_.end(), isBefore<Entry, Entry>);
}

std::vector<DuplicatePair> DuplicateFinder::find() {
    update();
    std::map<std::pair<Id, Id>, DuplicatePair> pairs;
    for (auto first = entries_.begin(); first != entries_.end();) {
        auto last = std::find_if(first, entries_.end(),
                                 [&](const Entry& entry) { return entry.hash != first->hash; });
        for (auto later = std::next(first); later != last; ++later) {
            const std::string& formId = formIds_[later->form];
            auto state = records_.state(formId, later->record);
            if (!state) continue;
            const auto marks = distinctMarks(state->heads);
            auto earlier = std::find_if(first, later, [&](const Entry& entry) {
                return std::find(marks.begin(), marks.end(),
                                 DistinctMark{entry.record, entry.hash}) == marks.end();
            });
            if (earlier == later) continue;
            DuplicatePair& pair = pairs[{earlier->record, later->record}];
            pair.formId = formId;
            pair.first = earlier->record;
            pair.second = later->record;
            pair.keys.push_back(later->hash);
            const auto& ordinals = byId_[formId].keys[later->key].ordinals;
            pair.fields.insert(pair.fields.end(), ordinals.begin(), ordinals.end());
        }
        first = last;
    }
    std::vector<DuplicatePair> found;
    for (auto& [ids, pair] : pairs) found.push_back(std::move(pair));
    return found;
}

std::vector<DistinctMark> DuplicateFinder::shared(const std::string& formId, const Id& first,
                                                  const Id& second) {
    update();
    std::set<std::uint64_t> keys;
    std::vector<DistinctMark> marks;
    for (const Entry& entry : entries_)
        if (entry.record == first && formIds_[entry.form] == formId) keys.insert(entry.hash);
    for (const Entry& entry : entries_)
        if (entry.record == second && keys.contains(entry.hash))
            marks.push_back({first, entry.hash});
    return marks;
}

}  // namespace sotay
