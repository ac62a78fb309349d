#include <set>

#include "schema/xlsform_draft.h"

namespace sotay {

void checkTranslations(const XlsTable& table, const std::vector<std::string>& languages,
                       FormDraft& draft) {
    if (languages.size() < 2) return;
    std::map<std::string, std::map<std::string, std::string>> byKey;  // key -> language -> header
    for (const auto& column : table.columns()) {
        if (column.isTranslatable) byKey[column.key][column.language] = column.header;
    }
    for (const auto& [key, headers] : byKey) {
        if (headers.size() == 1 && headers.count("") != 0) continue;  // not translated at all
        for (const auto& language : languages) {
            auto header = headers.find(language);
            if (header == headers.end()) {
                if (headers.count("") != 0 && language == draft.form.defaultLanguage) continue;
                draft.warn(table.name(), table.headerRow(), key + "::" + language,
                           "\"" + key + "\" is not translated: there is no column \"" + key +
                               "::" + language + "\".");
                continue;
            }
            int missing = 0, first = 0;
            for (const auto& row : table.rows()) {
                bool here = false, elsewhere = false;
                for (const auto& [column, value] : row.cells) {
                    if (column->key == key)
                        (column->language == language ? here : elsewhere) = true;
                }
                if (here || !elsewhere) continue;
                if (missing++ == 0) first = row.number;
            }
            if (missing == 0) continue;
            draft.warn(table.name(), first, header->second,
                       missing == 1 ? "The text in \"" + language + "\" is missing here."
                                    : "The text in \"" + language + "\" is missing here and in " +
                                          std::to_string(missing - 1) + " more rows.");
        }
    }
}

}  // namespace sotay
