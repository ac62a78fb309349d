#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "schema/fields.h"
#include "schema/form.h"
#include "sync/change.h"
#include "sync/store/database.h"

namespace sotay {

// The forms of a store: every version's workbook, and one table of fields for each form. Throws
// SQLite::Exception inside sync/store. Tables: forms (one row a version), field_tables (one row a
// form).
class FormStore {
  public:
    static const char* migration1();
    explicit FormStore(Database& database) : database_(database) {}
    void load();

    // Keeps version `table.version` of a form. The same version with the same workbook again is a
    // no-op; with another workbook it replaces the one that was here (the server's word stands over
    // a local import).
    void put(const FieldTable& table, const std::string& title, const std::string& label,
             const std::string& xlsx);

    const FieldTable* fields(
        const std::string& formId) const;  // newest; null when unknown. Stable until put.
    std::vector<std::string> ids() const;
    std::uint32_t newestVersion(const std::string& formId) const;  // 0: none
    bool knows(const FormRef& form);
    FormRef newestRef(const std::string& formId) const;
    std::string workbook(const std::string& formId, std::uint32_t version);
    std::string title(const std::string& formId) const;
    std::string label(const std::string& formId) const;
    // The newest version, read; kept in memory.
    Result<std::shared_ptr<const Form>> form(const std::string& formId);

  private:
    struct Entry {
        FieldTable table;
        std::string title, label;
        std::map<std::uint32_t, std::uint64_t> fingerprints;
        std::shared_ptr<const Form> form;
    };
    Database& database_;
    std::map<std::string, Entry> entries_;
};

}  // namespace sotay
