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

// A batch of one run whose first change has this height on its chain, after `before` (null: it
// starts the chain). `numberOf` gives a number in the log of a change of the record, 0 for none.
// Nothing when the batch has something that cannot be said so.
std::optional<std::string> encodeCompact(
    const Batch& batch, std::uint32_t firstHeight, const Change* before,
    const CompactContext& context, const std::function<std::uint64_t(const Change&)>& numberOf);

bool isCompact(std::string_view frame);  // and not packFrame's

// The other way, with the ids that follow. Corrupt when the bytes are no such batch, or say
// something that `changeBefore` (a height and its change's id) or `recordAt` do not know.
// The signature is not looked at.
struct ChangeBefore {
    Change change;
    Id id;
};
Result<DecodedBatch> decodeCompact(
    std::string_view frame, const CompactContext& context,
    const std::function<std::optional<ChangeBefore>(std::uint32_t height)>& changeBefore,
    const std::function<std::optional<Id>(std::uint64_t number)>& recordAt);

}  // namespace sotay
