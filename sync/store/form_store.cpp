#include "sync/store/form_store.h"

#include <span>

#include "schema/xlsform.h"
#include "sync/messages.h"

namespace sotay {

const char* FormStore::migration1() {
    return R"(
        CREATE TABLE forms(form_id TEXT NOT NULL, version INTEGER NOT NULL, fingerprint INTEGER NOT NULL,
                           title TEXT NOT NULL, label TEXT NOT NULL, xlsx BLOB NOT NULL,
                           PRIMARY KEY(form_id, version));
        CREATE TABLE field_tables(form_id TEXT PRIMARY KEY, bytes BLOB NOT NULL);
    )";
}

void FormStore::load() {
    entries_.clear();
    auto& tables = database_.statement("SELECT form_id,bytes FROM field_tables");
    while (tables.executeStep()) {
        auto table = decodeFieldTable(bytesColumn(tables, 1));
        if (!table.ok())
            throw SQLite::Exception("A form's table of fields is damaged: " +
                                    table.error().message);
        entries_[tables.getColumn(0).getString()].table = std::move(*table);
    }
    auto& forms = database_.statement(
        "SELECT form_id,version,fingerprint,title,label FROM forms ORDER BY version");
    while (forms.executeStep()) {
        Entry& entry = entries_[forms.getColumn(0).getString()];
        entry.fingerprints[forms.getColumn(1).getUInt()] =
            static_cast<std::uint64_t>(forms.getColumn(2).getInt64());
        entry.title = forms.getColumn(3).getString();
        entry.label = forms.getColumn(4).getString();
    }
}

void FormStore::put(const FieldTable& table, const std::string& title, const std::string& label,
                    const std::string& xlsx) {
    auto& form = database_.statement(
        "INSERT OR REPLACE INTO forms(form_id,version,fingerprint,title,label,xlsx) "
        "VALUES(?,?,?,?,?,?)");
    form.bind(1, table.formId);
    form.bind(2, table.version);
    form.bind(3, static_cast<std::int64_t>(table.fingerprint()));
    form.bind(4, title);
    form.bind(5, label);
    form.bind(6, xlsx.data(), static_cast<int>(xlsx.size()));
    form.exec();
    Entry& entry = entries_[table.formId];
    entry.fingerprints[table.version] = table.fingerprint();
    if (table.version < entry.table.version) return;
    auto& fields =
        database_.statement("INSERT OR REPLACE INTO field_tables(form_id,bytes) VALUES(?,?)");
    std::string bytes = encodeFieldTable(table);
    fields.bind(1, table.formId);
    fields.bind(2, bytes.data(), static_cast<int>(bytes.size()));
    fields.exec();
    entry.table = table;
    entry.title = title;
    entry.label = label;
    entry.form.reset();
}

const FieldTable* FormStore::fields(const std::string& formId) const {
    auto found = entries_.find(formId);
    return found == entries_.end() ? nullptr : &found->second.table;
}

std::vector<std::string> FormStore::ids() const {
    std::vector<std::string> ids;
    for (const auto& [id, entry] : entries_) ids.push_back(id);
    return ids;
}

std::uint32_t FormStore::newestVersion(const std::string& formId) const {
    const FieldTable* table = fields(formId);
    return table ? table->version : 0;
}

bool FormStore::knows(const FormRef& form) {
    auto found = entries_.find(form.formId);
    if (found == entries_.end()) return false;
    auto version = found->second.fingerprints.find(form.version);
    return version != found->second.fingerprints.end() && version->second == form.fingerprint;
}

FormRef FormStore::newestRef(const std::string& formId) const {
    auto found = entries_.find(formId);
    if (found == entries_.end()) return {formId, 0, 0};
    const FieldTable& table = found->second.table;
    return {formId, table.version, table.fingerprint()};
}

std::string FormStore::workbook(const std::string& formId, std::uint32_t version) {
    auto& find = database_.statement("SELECT xlsx FROM forms WHERE form_id=? AND version=?");
    find.bind(1, formId);
    find.bind(2, version);
    std::string xlsx = find.executeStep() ? bytesColumn(find, 0) : std::string();
    find.reset();
    return xlsx;
}

std::string FormStore::title(const std::string& formId) const {
    auto found = entries_.find(formId);
    return found == entries_.end() ? formId : found->second.title;
}

std::string FormStore::label(const std::string& formId) const {
    auto found = entries_.find(formId);
    return found == entries_.end() ? std::string() : found->second.label;
}

Result<std::shared_ptr<const Form>> FormStore::form(const std::string& formId) {
    auto found = entries_.find(formId);
    if (found == entries_.end())
        return Error{Code::NotFound, "There is no form \"" + formId + "\" here."};
    if (!found->second.form) {
        std::string xlsx = workbook(formId, found->second.table.version);
        auto reading = readForm(std::as_bytes(std::span(xlsx.data(), xlsx.size())), formId);
        if (!reading.form) {
            std::string why =
                reading.problems.empty() ? "" : ": " + reading.problems.front().message;
            return Error{Code::Corrupt, "The form \"" + formId + "\" cannot be read" + why};
        }
        found->second.form = reading.form;
    }
    return found->second.form;
}

}  // namespace sotay
