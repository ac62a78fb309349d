#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema/fields.h"
#include "schema/session.h"
#include "sync/merge.h"
#include "sync/open_conflict.h"

namespace sotay {

// Between the answers of a form (paths and items) and the cells of a record (ordinals and items).

// What a form shows of a record: provisional values, without what is deleted.
Answers answersOf(const RecordHeads& heads, const RecordVerdict& verdict, const FieldTable& fields,
                  const Causality& causality);

// A form's fields by path, for many lookups. The table must outlive it.
class FieldPaths {
  public:
    explicit FieldPaths(const FieldTable& fields);
    const Field* find(std::string_view path) const;  // as FieldTable::byPath
    // Those in the order of their paths, as answers are; `rank` is each one's place in the order
    // of ordinals, as writes are.
    struct Ranked {
        const Field* field;
        std::size_t rank;
    };
    const std::vector<Ranked>& inOrder() const { return inOrder_; }

  private:
    std::unordered_map<std::string_view, const Field*> fields_;
    std::vector<Ranked> inOrder_;
};

// The writes that make `after` out of `before`. InvalidInput names a path that the form does not
// have.
Result<std::vector<Write>> writesBetween(const Answers& before, const Answers& after,
                                         const FieldPaths& fields);

Result<Cell> cellOf(const AnswerKey& key, const FieldTable& fields);

// "/loans[2]/amount": how people name a cell. Items count from 1 in their order, deleted ones not.
class CellNames {
  public:
    CellNames(const RecordHeads& heads, const RecordVerdict& verdict, const FieldTable& fields,
              const Causality& causality);
    std::string path(const Cell& cell) const;
    std::string itemPath(const Id& item) const;  // "/loans[2]"

  private:
    const FieldTable& fields_;
    std::map<Id, std::string> itemPaths_;
};

}  // namespace sotay
