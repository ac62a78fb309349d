#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sync/distinct.h"
#include "sync/store/form_store.h"
#include "sync/store/record_store.h"

namespace sotay {

// Two records that say they are the same thing.
struct DuplicatePair {
    std::string formId;
    Id first, second;                 // `first` is the older
    std::vector<std::uint64_t> keys;  // hashes of the keys that match, and nobody called distinct
    std::vector<Ordinal> fields;      // whose answers match
};

// Finds records with the same identity key. A form's keys are its fields marked `identity`: each
// alone (a tax code), but for the one that gives a record its title (the first summary field),
// which counts together with the record's area: the same name in two communes is two things.
// Letters and digits count, without case, accents and signs between them.
//
// The index lives in memory: the first answer reads all records in one pass, later ones only those
// that were written to since, so that taking changes in costs nothing here. Of many records with
// one key each is held against the oldest that it was not called distinct from, so n records are at
// most n-1 questions. Throws SQLite::Exception inside sync/store. One thread.
class DuplicateFinder {
  public:
    DuplicateFinder(Database& database, FormStore& forms, RecordStore& records)
        : database_(database), forms_(forms), records_(records) {}

    std::vector<DuplicatePair> find();  // oldest first
    // The keys that two records share now.
    std::vector<DistinctMark> shared(const std::string& formId, const Id& first, const Id& second);

  private:
    struct Key {
        std::vector<Ordinal> ordinals;
        std::vector<std::string> columns;
    };
    struct Form {
        std::uint32_t version = 0;
        std::vector<Key> keys;
    };
    struct Entry {
        std::uint64_t hash = 0;
        Id record;
        std::uint32_t form = 0, key = 0;
    };
    void readForms();
    void read(std::uint32_t form, const Id* record);
    void update();

    Database& database_;
    FormStore& forms_;
    RecordStore& records_;
    std::vector<std::string> formIds_;
    std::map<std::string, Form> byId_;
    std::vector<Entry> entries_;  // ordered by hash, then record
};

}  // namespace sotay
