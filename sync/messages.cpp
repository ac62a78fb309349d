#include "sync/messages.h"

#include "sync/codec/serialize.h"
#include "sync/message_bytes.h"

namespace sotay {

constexpr Ordinal kMaxOrdinal = 1u << 20;  // tables are looked up by ordinal

// cereal finds these by name in the namespace of the messages.
template <class Archive>
void serialize(Archive& ar, UserInfo& m) {
    auto role = static_cast<std::uint8_t>(m.role);
    ar(m.id, m.name, role, m.areas);
    if (role > static_cast<std::uint8_t>(Role::Administrator))
        throw CodecError("a role is unknown");
    m.role = static_cast<Role>(role);
}
template <class Archive>
void serialize(Archive& ar, DeviceInfo& m) {
    ar(m.key, m.user, m.name, m.isRevoked);
}
template <class Archive>
void serialize(Archive& ar, FormInfo& m) {
    ar(m.formId, m.version, m.xlsx, m.fieldTable);
}
template <class Archive>
void serialize(Archive& ar, AreaScope& m) {
    ar(m.codes, m.fingerprint);
}
template <class Archive>
void serialize(Archive& ar, Directory& m) {
    ar(m.version, m.workspace, m.users, m.devices, m.forms, m.areas);
}
template <class Archive>
void serialize(Archive& ar, EnrolRequest& m) {
    ar(m.code, m.device, m.deviceName);
}
template <class Archive>
void serialize(Archive& ar, EnrolReply& m) {
    ar(m.token, m.user, m.workspace, m.serverKey);
}
template <class Archive>
void serialize(Archive& ar, NumberRange& m) {
    ar(m.first, m.count);
}
template <class Archive>
void serialize(Archive& ar, LogFork& m) {
    ar(m.incarnation, m.parent, m.top);
}
template <class Archive>
void serialize(Archive& ar, SignedFork& m) {
    ar(m.fork, m.signature);
}
template <class Archive>
void serialize(Archive& ar, BatchNumbers& m) {
    ar(m.offset, m.count, m.incarnation, m.number);
}
template <class Archive>
void serialize(Archive& ar, OldNumbers& m) {
    ar(m.device, m.height, m.count, m.first, m.incarnation, m.number);
}
template <class Archive>
void serialize(Archive& ar, AreaStanding& m) {
    ar(m.scope, m.passed, m.next, m.position);
}
template <class Archive>
void serialize(Archive& ar, AreaStep& m) {
    ar(m.from, m.to, m.first, m.next);
}
template <class Archive>
void serialize(Archive& ar, SyncRequest& m) {
    ar(m.cursor, m.held, m.directory, m.snapshotNumber, m.snapshotPosition, m.wallSeconds,
       m.batches, m.lore, m.areas, m.forks, m.returned, m.numbers);
}
template <class Archive>
void serialize(Archive& ar, Acknowledgement::Placed& m) {
    ar(m.offset, m.count, m.branch, m.height, m.number, m.reason);
}
template <class Archive>
void serialize(Archive& ar, Acknowledgement& m) {
    ar(m.placed);
}
template <class Archive>
void serialize(Archive& ar, BranchNote& m) {
    ar(m.branch, m.parent, m.parentHeight, m.device);
}
template <class Archive>
void serialize(Archive& ar, LeftRecord& m) {
    ar(m.formId, m.record);
}
template <class Archive>
void serialize(Archive& ar, SyncReply& m) {
    ar(m.incarnation, m.forks, m.oldNumbers, m.lore, m.acks, m.branches, m.feed, m.left, m.areas,
       m.snapshot, m.snapshotNumber, m.snapshotPosition, m.snapshotAsOf, m.cursor, m.logEnd,
       m.hasMore, m.directory, m.serverSeconds, m.backedUpTo, m.signature);
}
template <class Archive>
void serialize(Archive& ar, HistoryRequest& m) {
    ar(m.record);
}
template <class Archive>
void serialize(Archive& ar, HistoryReply& m) {
    ar(m.changes, m.branches, m.incarnation);
}
template <class Archive>
void serialize(Archive& ar, Refusal& m) {
    auto code = static_cast<std::uint8_t>(m.code);
    ar(code, m.message);
    if (code > static_cast<std::uint8_t>(Code::Rejected))
        throw CodecError("a refusal is of an unknown kind");
    m.code = static_cast<Code>(code);
}
template <class Archive>
void serialize(Archive& ar, Field& m) {
    auto type = static_cast<std::uint8_t>(m.type);
    ar(m.ordinal, m.path, m.repeat, m.isRepeat, type, m.column, m.since, m.retired, m.identity,
       m.summary, m.area);
    if (type > static_cast<std::uint8_t>(ValueType::Choices))
        throw CodecError("a field has an unknown type");
    m.type = static_cast<ValueType>(type);
    if (m.ordinal > kMaxOrdinal) throw CodecError("a field's number is out of its range");
}
template <class Archive>
void serialize(Archive& ar, FieldTable& m) {
    ar(m.formId, m.version, m.fields);
}
template <class Archive>
void serialize(Archive& ar, SnapshotHead& m) {
    ar(m.cell, m.value, m.branch, m.height, m.number);
}
template <class Archive>
void serialize(Archive& ar, SnapshotRecord& m) {
    ar(m.record, m.formId, m.heads, m.changedSeconds, m.hasHistory);
}
template <class Archive>
void serialize(Archive& ar, Snapshot& m) {
    ar(m.branches, m.records, m.changes);
}

Status checkProtocol(std::uint8_t version) {
    if (version >= kOldestProtocol && version <= kProtocol) return {};
    const std::string theirs = std::to_string(version), ours = std::to_string(kProtocol);
    if (version > kProtocol)
        return Error{Code::Rejected, "The other side speaks protocol " + theirs +
                                         ", and this program only up to " + ours +
                                         ": bring this program up to date. Nothing is lost."};
    return Error{Code::Rejected, "The other side speaks protocol " + theirs +
                                     ", which is too old: bring that program up to date. Nothing "
                                     "is lost."};
}

std::string_view roleName(Role role) {
    switch (role) {
        case Role::Officer:
            return "officer";
        case Role::Supervisor:
            return "supervisor";
        case Role::Administrator:
            return "administrator";
    }
    return "officer";
}

std::optional<Role> roleFrom(std::string_view name) {
    for (Role role : {Role::Officer, Role::Supervisor, Role::Administrator})
        if (roleName(role) == name) return role;
    return {};
}

std::string encodeMessage(const EnrolRequest& message) { return framedBytes(message); }
std::string encodeMessage(const EnrolReply& message) { return framedBytes(message); }
std::string encodeMessage(const SyncRequest& message) {
    std::size_t packed = 0;
    for (const std::string& batch : message.batches) packed += batch.size();
    return framedBytes(message, packed);
}
std::string encodeMessage(const SyncReply& message) {
    return framedBytes(message, message.feed.size());
}
std::string encodeMessage(const HistoryRequest& message) { return framedBytes(message); }
std::string encodeMessage(const HistoryReply& message) { return framedBytes(message); }
std::string encodeMessage(const Refusal& message) { return framedBytes(message); }

template <class Message>
Result<Message> decodeMessage(std::string_view framed) {
    return fromFramedBytes<Message>(framed, "The message");
}
template Result<EnrolRequest> decodeMessage<EnrolRequest>(std::string_view);
template Result<EnrolReply> decodeMessage<EnrolReply>(std::string_view);
template Result<SyncRequest> decodeMessage<SyncRequest>(std::string_view);
template Result<SyncReply> decodeMessage<SyncReply>(std::string_view);
template Result<HistoryRequest> decodeMessage<HistoryRequest>(std::string_view);
template Result<HistoryReply> decodeMessage<HistoryReply>(std::string_view);
template Result<Refusal> decodeMessage<Refusal>(std::string_view);

std::string encodeAreas(const AreaStanding& standing) { return plainBytes(standing); }
Result<AreaStanding> decodeAreas(std::string_view bytes) {
    return fromPlainBytes<AreaStanding>(bytes, "Where this laptop stands with its areas");
}

std::string encodeFieldTable(const FieldTable& table) { return plainBytes(table); }
Result<FieldTable> decodeFieldTable(std::string_view bytes) {
    return fromPlainBytes<FieldTable>(bytes, "The form's table of fields");
}

void follow(AreaStanding& standing, const AreaStep& step) {
    const bool goesOn = standing.position > 0 && step.to == standing.next;
    if (step.from != standing.scope ||
        (step.first > 0 && (!goesOn || step.first != standing.position)))
        return;
    if (step.next == 0) {
        standing = {step.to, {}, {}, 0};
        return;
    }
    if (standing.position > 0 && !goesOn) standing.passed.push_back(standing.next);
    standing.next = step.to;
    standing.position = step.next;
}

bool isPast(const AreaStanding& standing, const AreaStep& step) {
    return standing.scope == step.to || (standing.position > 0 && standing.next == step.to &&
                                         step.next > 0 && step.next <= standing.position);
}

bool hasNothing(const SyncRequest& request) {
    return request.cursor.number == 0 && request.snapshotPosition == 0 && request.forks.empty();
}

bool onlyAsks(const SyncRequest& request) {
    return request.batches.empty() && request.forks.empty() && request.returned.empty() &&
           request.numbers.empty() && request.areas.empty();
}

SyncRequest askedNext(SyncRequest request, const SyncReply& reply) {
    request.cursor = {reply.incarnation, reply.cursor};
    std::erase_if(request.held, [&](const NumberRange& range) {
        return range.first + range.count <= reply.cursor + 1;
    });
    request.snapshotNumber = reply.snapshotPosition ? reply.snapshotNumber : 0;
    request.snapshotPosition = reply.snapshotPosition;
    request.directory = std::max(request.directory, reply.directory.version);
    request.lore = reply.lore;
    for (const AreaStep& step : reply.areas) follow(request.areas.front(), step);
    request.batches.clear();
    request.forks.clear();
    request.returned.clear();
    request.numbers.clear();
    return request;
}

std::string signedBytes(const SyncReply& reply) { return bytesToSign("sotay reply 1", reply); }

std::string forkBytes(const LogFork& fork) { return "sotay fork 1" + plainBytes(fork); }

std::string encodeSnapshot(const Snapshot& snapshot) { return plainBytes(snapshot); }
Result<Snapshot> decodeSnapshot(std::string_view bytes) {
    return fromPlainBytes<Snapshot>(bytes, "The snapshot");
}

}  // namespace sotay
