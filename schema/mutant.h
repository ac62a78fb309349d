#pragma once

#include <cstdint>

namespace sotay {

// Planted bugs. A simulation that finds none of them proves nothing, so each must be caught
// (tests/simulation). Only the simulation's own build of the engine has them: in every other build
// mutant() is a constant false, and nothing of them remains.
enum class Mutant : std::uint16_t {
    None,
    // values
    NfcForgotten,
    TrimForgotten,
    ZerosKept,
    EqualValuesConflict,
    // causality
    SeenOneShort,
    SeenOneFar,
    ChainForgotten,
    ForkForgetsParent,
    ForkSeesTwin,
    ForkTopIgnored,
    IncarnationIgnored,
    // merge and judge
    LastArrivalWins,
    LastClockWins,
    PartialCoverCloses,
    FirstHeadShown,
    DeleteWins,
    EditWins,
    OnlyTwoHeadsCompared,
    DeletedItemsConflict,
    FirstCellOfConflict,
    PlacesConflict,
    // identity and codec
    IdentityByCounter,
    IncarnationNotWritten,
    ClearingNotWritten,
    UnpackedSizeUnchecked,
    CanonicalFormUnchecked,
    // laptop
    SeenAtSave,
    SavedOverLocalChange,
    RevivalForgotten,
    ItemsByIndex,
    OpinionCloses,
    ResolvesFirstFieldOnly,
    ResolvesUnseen,
    AcknowledgedWhenSent,
    AcknowledgedNumberForgotten,
    CursorBeforeRows,
    CursorPastTheEnd,
    BehindForgotten,
    NormalInsteadOfFull,
    TwinTakenForOwn,
    LateChangeOnTop,
    UnknownFieldDropped,
    WaitingForgotten,
    SnapshotTailDropped,
    FeedUnsignedTrusted,
    BundleUnsignedTrusted,
    LeavingPurgesUnsent,
    // server
    RetryNotIdempotent,
    HeldOneTooMany,
    AcknowledgedBeforeFlush,
    UnsignedTrusted,
    RevokedAccepted,
    QuarantineForgets,
    QuarantineStopsChain,
    AdmittedNotMerged,
    MoveHidesHistory,
    SnapshotShownHeadsOnly,
    SnapshotNumberTooHigh,
    NumberBeforeCommit,
    ChunkCutLosesLast,
    BacklogForgotten,
    Count
};

#ifdef SOTAY_MUTANTS
inline Mutant plantedMutant = Mutant::None;  // set by the simulation's program between schedules
inline bool mutant(Mutant which) { return plantedMutant == which; }
#else
constexpr bool mutant(Mutant) { return false; }
#endif

}  // namespace sotay
