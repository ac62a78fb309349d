#include "tests/simulation/trial.h"

namespace sotay::sim {

// Where a remark stands, it is the bug's other name: one that systems of this kind are known for.
const std::vector<PlantedBug>& plantedBugs() {
    static const std::vector<PlantedBug> all = {
        {Mutant::NfcForgotten, "nfc forgotten", Level::Fast},  // NFC against NFD
        {Mutant::TrimForgotten, "trim forgotten", Level::Fast},
        {Mutant::ZerosKept, "zeros kept", Level::Fast},
        {Mutant::EqualValuesConflict, "equal values conflict", Level::Fast},
        {Mutant::SeenOneShort, "seen one short", Level::Fast},
        {Mutant::SeenOneFar, "seen one far", Level::Fast},
        {Mutant::ChainForgotten, "chain forgotten", Level::Fast},
        {Mutant::ForkForgetsParent, "fork forgets parent", Level::Fast},
        {Mutant::ForkSeesTwin, "fork sees twin", Level::Fast},
        {Mutant::ForkTopIgnored, "fork top ignored", Level::Fast},
        {Mutant::IncarnationIgnored, "incarnation ignored", Level::Fast},
        {Mutant::LastArrivalWins, "last arrival wins", Level::Fast},
        {Mutant::LastClockWins, "last clock wins", Level::Full},
        {Mutant::PartialCoverCloses, "partial cover closes",
         Level::Fast},  // closed by partial cover
        {Mutant::FirstHeadShown, "first head shown", Level::Fast},
        {Mutant::DeleteWins, "delete wins", Level::Fast},
        {Mutant::EditWins, "edit wins", Level::Fast},
        {Mutant::OnlyTwoHeadsCompared, "only two heads compared", Level::Fast},
        {Mutant::DeletedItemsConflict, "deleted items conflict", Level::Fast},
        {Mutant::FirstCellOfConflict, "first cell of conflict", Level::Fast},
        {Mutant::PlacesConflict, "places conflict", Level::Fast},
        {Mutant::IdentityByCounter, "identity by counter", Level::Fast},  // (device, counter)
        {Mutant::IncarnationNotWritten, "incarnation not written", Level::Fast},
        {Mutant::ClearingNotWritten, "clearing not written", Level::Full},
        {Mutant::UnpackedSizeUnchecked, "unpacked size unchecked",
         Level::Fast},  // decompressed size
        {Mutant::CanonicalFormUnchecked, "canonical form unchecked", Level::Fast},
        {Mutant::SeenAtSave, "seen at save", {Level::Full, Focus::OneAnswer}},
        {Mutant::SavedOverLocalChange, "saved over local change", {Level::Full, Focus::OneAnswer}},
        {Mutant::RevivalForgotten, "revival forgotten", Level::Full},
        {Mutant::ItemsByIndex, "items by index", Level::Full},
        {Mutant::OpinionCloses, "opinion closes", Level::Full},
        {Mutant::ResolvesFirstFieldOnly,
         "resolves first field only",
         {Level::Full, Focus::TwoAnswers}},
        {Mutant::ResolvesUnseen, "resolves unseen", {Level::Full, Focus::OneAnswer}},
        {Mutant::AcknowledgedWhenSent, "acknowledged when sent", Level::Full},
        {Mutant::AcknowledgedNumberForgotten, "acknowledged number forgotten", Level::Full},
        {Mutant::CursorBeforeRows, "cursor before rows", Level::Full},
        {Mutant::CursorPastTheEnd, "cursor past the end", Level::Full},
        {Mutant::BehindForgotten, "behind forgotten", Level::Full},  // and never on disk
        {Mutant::NormalInsteadOfFull, "normal instead of full", Level::Full},
        {Mutant::TwinTakenForOwn, "twin taken for own", Level::Full},
        {Mutant::LateChangeOnTop, "late change on top", Level::Full},
        {Mutant::UnknownFieldDropped, "unknown field dropped", {Level::Full, Focus::NewAnswers}},
        {Mutant::WaitingForgotten, "waiting forgotten", {Level::Full, Focus::NewAnswers}},
        {Mutant::SnapshotTailDropped, "snapshot tail dropped", {Level::Full, Focus::FirstSync}},
        {Mutant::FeedUnsignedTrusted, "feed unsigned trusted", Level::Full},
        {Mutant::BundleUnsignedTrusted, "bundle unsigned trusted",
         Level::Full},                                                        // trusted unsigned
        {Mutant::LeavingPurgesUnsent, "leaving purges unsent", Level::Full},  // leave purges unsent
        {Mutant::RetryNotIdempotent, "retry not idempotent", Level::Full},
        {Mutant::HeldOneTooMany, "held one too many", Level::Full},
        {Mutant::AcknowledgedBeforeFlush, "acknowledged before flush",
         Level::Full},  // before the flush
        {Mutant::UnsignedTrusted, "unsigned trusted", Level::Full},
        {Mutant::RevokedAccepted, "revoked accepted", Level::Full},
        {Mutant::QuarantineForgets, "quarantine forgets", Level::Full},
        {Mutant::QuarantineStopsChain, "quarantine stops chain", Level::Full},
        {Mutant::AdmittedNotMerged, "admitted not merged", Level::Full},
        {Mutant::MoveHidesHistory, "move hides history",
         Level::Full},  // scope move hides a conflict
        {Mutant::SnapshotShownHeadsOnly, "snapshot shown heads only", Level::Full},
        {Mutant::SnapshotNumberTooHigh,
         "snapshot number too high",
         {Level::Full, Focus::FirstSync}},                                  // in mid-transaction
        {Mutant::NumberBeforeCommit, "number before commit", Level::Full},  // seq before commit
        {Mutant::ChunkCutLosesLast, "chunk cut loses last", Level::Full},
        {Mutant::BacklogForgotten, "backlog forgotten", Level::Full},  // merge not made good
    };
    return all;
}

}  // namespace sotay::sim
