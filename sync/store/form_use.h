#pragma once

#include "schema/form_changes.h"
#include "sync/store/stores.h"

namespace sotay {

// What publishing `next` as the newest version changes for the records of a store, each change
// with the number of records that it concerns. Nothing for a form that the store does not have.
// Throws SQLite::Exception inside sync/store.
Problems changesForRecords(Stores& stores, const Form& next);

// How many records that are not deleted hold the answer, or an item of the repeat, that is meant.
std::uint64_t recordsConcerned(Database& database, const FormTables& tables,
                               const FormChange& change);

}  // namespace sotay
