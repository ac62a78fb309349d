#include "sync/store/stores.h"

#include <sqlite3.h>

#include <deque>

#include "schema/mutant.h"

namespace sotay {
namespace {

constexpr const char* kWaiting =
    "CREATE TABLE waiting(branch INTEGER NOT NULL, height INTEGER NOT NULL, PRIMARY "
    "KEY(branch,height)) WITHOUT ROWID;";

std::vector<std::string> allMigrations(const std::vector<std::string>& own) {
    // Version 1 of the file. What comes later is appended to the owner's list, never changed here.
    std::string first = std::string(ChangeStore::migration1()) + FormStore::migration1() +
                        PeopleStore::migration1() + kWaiting;
    std::vector<std::string> all = own;
    all.front() = first + all.front();
    return all;
}

}  // namespace

Stores::Stores(const std::filesystem::path& file, const std::vector<std::string>& migrations)
    : database(file),
      changes(database),
      backlog(database, changes),
      forms(database),
      people(database),
      records(database, forms, changes),
      rules(forms, records, changes),
      view(database, records, changes, people),
      attachments(database) {
    database.migrate(allMigrations(migrations));
    records.watchRules([this](const std::string& formId) -> const std::set<Ordinal>& {
        return rules.ordinals(formId);
    });
    refresh();
}

void Stores::refresh() {
    auto& version = database.statement("PRAGMA data_version");
    std::int64_t now = version.executeStep() ? version.getColumn(0).getInt64() : 0;
    version.reset();
    if (now != dataVersion_ || !isWhole_) reload();
    dataVersion_ = now;
    if (backlog.isEmpty()) return;
    if (sqlite3_get_autocommit(database.raw().getHandle()) == 0) return catchUp();
    Work work(*this);  // which comes here again
    work.commit();
}

void Stores::reload() {
    isWhole_ = false;
    ++reloads_;
    changes.load();
    backlog.load();
    forms.load();
    people.load();
    records.load();
    isWhole_ = true;
}

void Stores::putForm(const FieldTable& table, const std::string& title, const std::string& label,
                     const std::string& xlsx) {
    forms.put(table, title, label, xlsx);
    records.prepare(table.formId);
    if (mutant(Mutant::WaitingForgotten)) return;
    mergeWaiting();
}

void Stores::merge(const Change& change, ChangeRef ref) {
    if (records.apply(change, ref)) return;
    auto& wait = database.statement("INSERT OR IGNORE INTO waiting(branch,height) VALUES(?,?)");
    wait.bind(1, ref.branch);
    wait.bind(2, ref.height);
    wait.exec();
}

void Stores::merge(std::span<const Applied> several) {
    for (const auto& [ref, change] : records.applyEdits(several)) merge(*change, ref);
}

void Stores::catchUp() {
    std::deque<Backlog::Part> parts;  // the edits among which `several` points
    std::vector<Applied> several;
    auto mergeEdits = [&] {
        merge(several);
        several.clear();
        parts.clear();
    };
    backlog.drain([&](Backlog::Part part) {
        if (between_) between_();
        if (part.news) {
            mergeEdits();
            if (records.insertRows(part.news->rows, part.refs.front())) return;
            part.changes = part.news->batch.made();
        }
        const Backlog::Part& kept = parts.emplace_back(std::move(part));
        for (std::size_t i = 0; i < kept.changes.size(); ++i)
            several.push_back({kept.refs[i], &kept.changes[i]});
    });
    mergeEdits();
    if (between_) between_();
}

void Stores::mergeWaiting() {
    std::vector<ChangeRef> waiting;
    auto& find = database.statement("SELECT branch,height FROM waiting ORDER BY branch,height");
    while (find.executeStep())
        waiting.push_back({find.getColumn(0).getUInt(), find.getColumn(1).getUInt()});
    find.reset();
    for (ChangeRef ref : waiting) {
        auto change = changes.find(ref);
        if (!change || !records.apply(change->change, ref)) continue;
        auto& done = database.statement("DELETE FROM waiting WHERE branch=? AND height=?");
        done.bind(1, ref.branch);
        done.bind(2, ref.height);
        done.exec();
    }
}

std::vector<Conflict> Stores::brokenRules(const RecordState& state) {
    std::vector<Conflict> conflicts;
    if (!records.hasMet(state.id) || records.isMerged(state.formId, state.id) ||
        records.judge(state).isDeleted)
        return conflicts;
    for (const BrokenRule& broken : rules.judge(state, view.changesOf(state)))
        conflicts.push_back(view.conflict(state, broken));
    return conflicts;
}

void Stores::judgeMeetings() {
    for (const auto& [formId, record] : records.unjudged()) {
        auto state = records.state(formId, record);
        std::size_t broken = 0;
        if (state && !records.judge(*state).isDeleted)
            broken = rules.judge(*state, view.changesOf(*state)).size();
        records.judged(formId, record, broken);
    }
}

bool Stores::rebuildsAlike(const std::function<void(RecordStore&)>& seed) {
    Database memory(":memory:");
    memory.run(FormStore::migration1());
    FormStore sameForms(memory);
    for (const std::string& id : forms.ids())
        sameForms.put(*forms.fields(id), forms.title(id), forms.label(id), {});
    RecordStore again(memory, sameForms, changes);
    again.load();
    seed(again);
    return again.stateHash() == records.stateHash();
}

Work::Work(Stores& stores, Written written)
    : stores_(stores), transaction_(std::make_unique<Transaction>(stores.database, written)) {
    try {
        stores_.refresh();
    } catch (...) {
        undo();  // there is no destructor of what was not made
        throw;
    }
}

Work::~Work() {
    if (!isDone_) undo();
}

void Work::undo() {
    transaction_.reset();
    try {
        stores_.reload();
    } catch (const std::exception&) {
        // The file cannot even be read: the next piece of work tries again, and says so.
    }
}

void Stores::flush() {
    changes.flushPlaces();
    records.flush();
}

void Work::commit() {
    stores_.flush();
    transaction_->commit();
    isDone_ = true;
}

}  // namespace sotay
