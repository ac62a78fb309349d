#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "schema/fields.h"
#include "schema/id.h"
#include "schema/value.h"

namespace sotay {

using PublicKey = std::array<std::uint8_t, 32>;  // Ed25519
using Signature = std::array<std::uint8_t, 64>;  // Ed25519

// Up to where a laptop had applied the server's log. Number 0: nothing.
struct Seen {
    std::uint32_t incarnation = 0;
    std::uint64_t number = 0;
    auto operator<=>(const Seen&) const = default;
};

// One answer's place inside a record: `item` is nil outside repeats.
struct Cell {
    Id item;
    Ordinal ordinal = 0;
    auto operator<=>(const Cell&) const = default;
};

struct Write {
    Cell cell;
    Value value;  // empty clears the answer
    bool operator==(const Write&) const = default;
};

// Words that go with a write: why a conflict was settled so, or why a soft check was overruled.
struct Note {
    Cell cell;
    std::string text;
    bool operator==(const Note&) const = default;
};

// The published version under which a change was made. The fingerprint is
// FieldTable::fingerprint().
struct FormRef {
    std::string formId;
    std::uint32_t version = 0;
    std::uint64_t fingerprint = 0;
    auto operator<=>(const FormRef&) const = default;
};

// One save of one record by one person. Immutable; its id is the hash of all that stands here.
struct Change {
    Id author;
    PublicKey device{};
    FormRef form;
    Id record;
    std::vector<Write> writes;  // ordered by cell, each cell once
    std::vector<Note> notes;    // ordered by cell
    Seen seen;                  // when the record was opened, not when it was saved
    Id prev;                    // the change before it on this laptop; nil for the first
    std::int64_t wallSeconds =
        0;  // what the laptop's clock showed (Unix time): evidence, it decides nothing
    // The nonce: a number drawn when the program started, and a count. Two copies of a laptop that
    // make the same edit in the same second still make two changes; a thousand edits cost the
    // number once on the wire.
    std::uint64_t run = 0;
    std::uint64_t runCount = 0;

    bool operator==(const Change&) const = default;
};

// Orders writes and notes by cell. Of two writes to one cell the later stands.
void canonicalise(Change& change);
void canonicalise(std::vector<Write>& writes);

}  // namespace sotay
