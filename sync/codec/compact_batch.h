#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "schema/result.h"
#include "sync/codec/batch.h"

namespace sotay {

// Edits as a laptop says them to a server that knows its chain: what follows from the request, from
// the change before, or from the log is left out. Only a form of the wire: both sides make the same
// changes out of it, and the signature over their ids tells if they did not, so the server asks
// again for the batch in full. Repeat items and notes are always said in full.
struct CompactContext {
    PublicKey device{};
    Seen cursor;                   // of the request
    std::int64_t wallSeconds = 0;  // of the request
};

// What a batch is packed with: the texts of changes number..number+count-1 of the log, which both
// sides have. Choices, names of places and the like are then said in a byte or two.
constexpr std::uint32_t kMaxSharedChanges = 8;
constexpr std::size_t kMaxSharedBytes = 16384;  // what is beyond is left out
constexpr std::size_t kWorthShared = 4;         // with fewer changes it is not worth reading
struct SharedTexts {
    std::uint64_t number = 0;
    std::uint32_t count = 0;
    std::string texts;  // "": nothing is shared
};
void addSharedTexts(const Change& change, std::string& texts);

// A batch of one run whose first change has this height on its chain, after `before` (null: it
// starts the chain). `numberOf` gives a number in the log of a change of the record, 0 for none;
// `shared` what both sides have of the log from a number on. Nothing when the batch has something
// that cannot be said so.
std::optional<std::string> encodeCompact(
    const Batch& batch, std::uint32_t firstHeight, const Change* before,
    const CompactContext& context, const std::function<std::uint64_t(const Change&)>& numberOf,
    const std::function<SharedTexts(std::uint64_t number)>& shared);

bool isCompact(std::string_view frame);  // and not packFrame's

// The other way, with the ids that follow. Corrupt when the bytes are no such batch, or say
// something that `changeBefore` (a height and its change's id), `recordAt` or `shared` (as
// addSharedTexts makes it) do not know.
// The signature is not looked at.
struct ChangeBefore {
    Change change;
    Id id;
};
Result<DecodedBatch> decodeCompact(
    std::string_view frame, const CompactContext& context,
    const std::function<std::optional<ChangeBefore>(std::uint32_t height)>& changeBefore,
    const std::function<std::optional<Id>(std::uint64_t number)>& recordAt,
    const std::function<std::optional<std::string>(std::uint64_t number, std::uint32_t count)>&
        shared);

}  // namespace sotay
