#include "sync/store/opened_batch.h"

#include "sync/codec/change_codec.h"
#include "sync/codec/crypto.h"
#include "sync/codec/frame.h"

namespace sotay {

std::vector<Change>& OpenedBatch::made() {
    if (changes.empty() && lent) changes = lent->made();
    return changes;
}

Result<OpenedBatch> openBatch(std::string_view frame, const ImagePlans& plans,
                              std::int64_t firstRow) {
    auto bytes = unpackFrame(frame);
    if (!bytes.ok()) return bytes.error();
    auto lent = LentBatch::read(std::move(*bytes));
    if (!lent.ok()) return lent.error();
    if (lent->runs.size() != 1 || lent->ids.empty())
        return Error{Code::Corrupt, "A batch must be one run of changes."};
    OpenedBatch opened;
    opened.run = lent->runs.front();
    opened.ids = lent->ids;
    opened.isSigned =
        opened.run.signature &&
        verifySignature(sealedBytes(opened.ids.back()), *opened.run.signature, opened.run.device);
    opened.rows = makeRowImage(plans, lent->changes(), firstRow);
    opened.lent = std::move(*lent);
    return opened;
}

}  // namespace sotay
