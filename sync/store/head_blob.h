#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sync/merge.h"

namespace sotay {

// What the `_heads`, `_rest` and `_history` columns hold, as canonical bytes. "" (NULL) for
// nothing.

// Heads by field. A single head's value is not in the bytes: it is the field's column.
using HeadMap = std::map<Ordinal, Heads>;
std::string encodeHeads(const HeadMap& heads);
HeadMap decodeHeads(std::string_view bytes);  // throws CodecError when damaged

using RestMap = std::map<Ordinal, Value>;
std::string encodeRest(const RestMap& rest);
RestMap decodeRest(std::string_view bytes);

std::string encodeRefs(const std::vector<ChangeRef>& refs);
std::vector<ChangeRef> decodeRefs(std::string_view bytes);

inline std::int64_t packRef(ChangeRef ref) {
    return static_cast<std::int64_t>(ref.branch) << 32 | ref.height;
}
inline ChangeRef unpackRef(std::int64_t packed) {
    return {static_cast<std::uint32_t>(packed >> 32), static_cast<std::uint32_t>(packed)};
}

}  // namespace sotay
