#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>

#include "sync/store/attachment_store.h"
#include "sync/store/backlog.h"
#include "sync/store/change_store.h"
#include "sync/store/form_store.h"
#include "sync/store/people_store.h"
#include "sync/store/record_store.h"
#include "sync/store/record_view.h"
#include "sync/store/rule_judge.h"

namespace sotay {

// What notebook and server have in common: one file with changes, forms, people, and the records
// that follow from them. Throws SQLite::Exception inside sync/store.
class Stores {
  public:
    // `migrations`: of the owner, after the common ones.
    Stores(const std::filesystem::path& file, const std::vector<std::string>& migrations);

    // Another program may have written since: reads again what is kept in memory, and brings the
    // records in step with the log. Call before each piece of work.
    void refresh();
    void reload();
    // Writes what is written behind; a commit does it, and so must whoever may roll back later
    // work only.
    void flush();
    // Grows with each reload: whoever keeps something in memory beside this reads it again then.
    std::uint64_t reloads() const { return reloads_; }

    // Takes a form in: its tables are made, and changes that waited for it are merged.
    void putForm(const FieldTable& table, const std::string& title, const std::string& label,
                 const std::string& xlsx);
    // Merges a stored change; one whose form is not known yet waits.
    void merge(const Change& change, ChangeRef ref);
    // Several, in the order in which they came.
    void merge(std::span<const Applied> several);
    // Merges what the log has and the records have not (backlog.h); every piece of work begins with
    // it. Call within a Work.
    void catchUp();
    // As long as one of these lives, a catch-up calls `between` between the parts of what it
    // merges. It may be empty, and must not throw.
    class Pauses {
      public:
        Pauses(Stores& stores, const std::function<void()>& between) : stores_(stores) {
            stores_.between_ = between;
        }
        ~Pauses() { stores_.between_ = {}; }
        Pauses(const Pauses&) = delete;

      private:
        Stores& stores_;
    };

    // The constraint conflicts of a record; none in one that was merged into another.
    std::vector<Conflict> brokenRules(const RecordState& state);
    // Looks at the rules of all records in which changes made side by side met since the last time.
    // Writes, so call it within a Work.
    void judgeMeetings();

    // Makes all records again in memory, from the changes alone, and compares.
    bool rebuildsAlike(const std::function<void(RecordStore&)>& seed);

    Database database;
    ChangeStore changes;
    Backlog backlog;
    FormStore forms;
    PeopleStore people;
    RecordStore records;
    RuleJudge rules;
    RecordView view;
    AttachmentStore attachments;

  private:
    void mergeWaiting();
    std::function<void()> between_;
    std::int64_t dataVersion_ = 0;
    std::uint64_t reloads_ = 0;
    bool isWhole_ = false;  // false after a reload that the disk refused
};

// One piece of writing work: a transaction that, unless committed, leaves file and memory as they
// were.
class Work {
  public:
    explicit Work(Stores& stores, Written written = Written::Now);
    ~Work();
    Work(const Work&) = delete;
    void commit();

  private:
    void undo();

    Stores& stores_;
    std::unique_ptr<Transaction> transaction_;
    bool isDone_ = false;
};

}  // namespace sotay
