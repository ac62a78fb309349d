#include "schema/mutant.h"
#include "sync/store/workspace_impl.h"

// Changes that the server keeps out of the log, until the administrator lets them in or says no.
// They keep their place in their chain.

namespace sotay {

void Workspace::Impl::quarantineChange(ChangeRef ref, const std::string& reason) {
    auto& put = stores.database.statement(
        "INSERT INTO quarantine(branch,height,reason,received,state) VALUES(?,?,?,?,'waiting')");
    put.bind(1, ref.branch);
    put.bind(2, ref.height);
    put.bind(3, reason);
    put.bind(4, nowSeconds());
    put.exec();
}

std::string Workspace::Impl::quarantineReason(ChangeRef ref) {
    auto& find =
        stores.database.statement("SELECT reason FROM quarantine WHERE branch=? AND height=?");
    find.bind(1, ref.branch);
    find.bind(2, ref.height);
    std::string reason = find.executeStep() ? find.getColumn(0).getString() : std::string();
    find.reset();
    return reason;
}

std::set<Id> Workspace::Impl::recordsInQuarantine() {
    std::set<Id> records;
    SQLite::Statement find(stores.database.raw(),
                           "SELECT branch,height FROM quarantine WHERE state<>'admitted'");
    while (find.executeStep())
        if (auto change =
                stores.changes.find({find.getColumn(0).getUInt(), find.getColumn(1).getUInt()}))
            records.insert(change->change.record);
    return records;
}

std::int64_t Workspace::Impl::quarantineCount() {
    return stores.database.raw()
        .execAndGet("SELECT ifnull(max(number),0) FROM quarantine")
        .getInt64();
}

std::vector<QuarantineListing> Workspace::quarantine() const {
    auto all = guarded([&]() -> Result<std::vector<QuarantineListing>> {
        impl_->stores.refresh();
        std::vector<QuarantineListing> list;
        SQLite::Statement find(
            impl_->stores.database.raw(),
            "SELECT number,branch,height,reason,received,state FROM quarantine ORDER BY number");
        while (find.executeStep()) {
            QuarantineListing listing;
            listing.number = static_cast<std::uint64_t>(find.getColumn(0).getInt64());
            listing.reason = find.getColumn(3).getString();
            listing.receivedSeconds = find.getColumn(4).getInt64();
            listing.state = find.getColumn(5).getString();
            if (auto change = impl_->stores.changes.find(
                    {find.getColumn(1).getUInt(), find.getColumn(2).getUInt()})) {
                listing.change = change->id;
                listing.record = change->change.record;
                listing.author = change->change.author;
                listing.formId = change->change.form.formId;
                listing.wallSeconds = change->change.wallSeconds;
                Origin origin =
                    impl_->stores.people.origin(*change, impl_->stores.changes.causality());
                listing.userName = origin.authorName;
                listing.deviceName = origin.deviceName;
            }
            list.push_back(std::move(listing));
        }
        return list;
    });
    return all.ok() ? *all : std::vector<QuarantineListing>();
}

Status Workspace::admit(std::uint64_t number) {
    return guarded([&]() -> Status {
        Work work(impl_->stores);
        auto& find = impl_->stores.database.statement(
            "SELECT branch,height FROM quarantine WHERE number=? AND state='waiting'");
        find.bind(1, static_cast<std::int64_t>(number));
        if (!find.executeStep())
            return Error{Code::NotFound, "Nothing with the number " + std::to_string(number) +
                                             " waits in quarantine."};
        ChangeRef ref{find.getColumn(0).getUInt(), find.getColumn(1).getUInt()};
        find.reset();
        auto change = impl_->stores.changes.find(ref);
        if (!change) return Error{Code::Corrupt, "The change is not stored any more."};
        if (!impl_->stores.forms.fields(change->change.form.formId))
            return Error{Code::Rejected,
                         "Publish the form \"" + change->change.form.formId + "\" first."};
        // Nobody could tell where its record lies, and so who may have it.
        if (!impl_->stores.records.knows(change->change))
            return Error{Code::Rejected, "Publish version " +
                                             std::to_string(change->change.form.version) +
                                             " of the form \"" + change->change.form.formId +
                                             "\" first: it asks what this change answers."};
        if (!mutant(Mutant::AdmittedNotMerged)) impl_->applyToLog(change->change, ref);
        auto& done = impl_->stores.database.statement(
            "UPDATE quarantine SET state='admitted' WHERE number=?");
        done.bind(1, static_cast<std::int64_t>(number));
        done.exec();
        work.commit();
        return {};
    });
}

Status Workspace::refuse(std::uint64_t number) {
    return guarded([&]() -> Status {
        Work work(impl_->stores);
        auto& done = impl_->stores.database.statement(
            "UPDATE quarantine SET state='refused' WHERE number=? AND state='waiting'");
        done.bind(1, static_cast<std::int64_t>(number));
        if (done.exec() == 0)
            return Error{Code::NotFound, "Nothing with the number " + std::to_string(number) +
                                             " waits in quarantine."};
        work.commit();
        return {};
    });
}
}  // namespace sotay
