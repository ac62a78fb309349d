#include "sync/store/head_blob.h"

#include "sync/codec/serialize.h"

namespace sotay {

std::string encodeHeads(const HeadMap& heads) {
    if (heads.empty()) return {};
    std::string out;
    CanonicalOutputArchive ar(out);
    ar.writeVarint(heads.size());
    for (const auto& [ordinal, entry] : heads) {
        ar(ordinal);
        ar.writeVarint(entry.size());
        for (const Head& head : entry) {
            ar(head.change.branch, head.change.height);
            if (entry.size() > 1) ar(head.value);
        }
    }
    return out;
}

HeadMap decodeHeads(std::string_view bytes) {
    HeadMap heads;
    if (bytes.empty()) return heads;
    CanonicalInputArchive ar(bytes);
    for (std::size_t n = ar.readSize(); n > 0; --n) {
        Ordinal ordinal = 0;
        ar(ordinal);
        std::size_t count = ar.readSize();
        Heads& entry = heads[ordinal];
        for (std::size_t i = 0; i < count; ++i) {
            Head& head = entry.emplace_back();
            ar(head.change.branch, head.change.height);
            if (count > 1) ar(head.value);
        }
    }
    return heads;
}

std::string encodeRest(const RestMap& rest) {
    if (rest.empty()) return {};
    std::string out;
    CanonicalOutputArchive ar(out);
    ar.writeVarint(rest.size());
    for (const auto& [ordinal, value] : rest) ar(ordinal, value);
    return out;
}

RestMap decodeRest(std::string_view bytes) {
    RestMap rest;
    if (bytes.empty()) return rest;
    CanonicalInputArchive ar(bytes);
    for (std::size_t n = ar.readSize(); n > 0; --n) {
        Ordinal ordinal = 0;
        Value value;
        ar(ordinal, value);
        rest[ordinal] = std::move(value);
    }
    return rest;
}

std::string encodeRefs(const std::vector<ChangeRef>& refs) {
    std::string out;
    CanonicalOutputArchive ar(out);
    for (ChangeRef ref : refs) ar(ref.branch, ref.height);
    return out;
}

std::vector<ChangeRef> decodeRefs(std::string_view bytes) {
    std::vector<ChangeRef> refs;
    CanonicalInputArchive ar(bytes);
    while (!ar.done()) {
        ChangeRef& ref = refs.emplace_back();
        ar(ref.branch, ref.height);
    }
    return refs;
}

}  // namespace sotay
