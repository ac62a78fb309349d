#include "sync/codec/batch.h"

#include "sync/codec/batch_writer.h"
#include "sync/codec/change_codec.h"
#include "sync/codec/lent_batch.h"

namespace sotay {

std::string encodeBatch(std::span<const Run> runs, std::span<const Change> changes) {
    const LentChanges lent(changes);
    return BatchWriter(lent.all()).write(runs);
}

Result<DecodedBatch> decodeBatch(std::string_view bytes) {
    auto lent = LentBatch::read(std::string(bytes));
    if (!lent.ok()) return lent.error();
    return lent->decoded();
}

std::vector<Id> linkChanges(Batch& batch) {
    std::vector<Id> ids;
    ids.reserve(batch.changes.size());
    ChangeHasher hasher;
    std::size_t at = 0;
    for (const Run& run : batch.runs) {
        Id prev = run.prev;
        for (std::uint32_t i = 0; i < run.count && at < batch.changes.size(); ++i, ++at) {
            batch.changes[at].device = run.device;
            batch.changes[at].prev = prev;
            ids.push_back(prev = hasher.idOf(batch.changes[at]));
        }
    }
    return ids;
}

}  // namespace sotay
