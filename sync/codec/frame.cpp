#include "sync/codec/frame.h"

#include <zstd.h>

#include <memory>

#include "schema/mutant.h"

namespace sotay {
namespace {

constexpr char kPlain = 0, kZstd = 1;

// Contexts are costly to make and cheap to keep; one a thread.
ZSTD_CCtx* compressor() {
    thread_local std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                                                 ZSTD_freeCCtx);
    return context.get();
}
ZSTD_DCtx* decompressor() {
    thread_local std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                                 ZSTD_freeDCtx);
    return context.get();
}

}  // namespace

std::string packFrame(std::string_view bytes, int level, std::string_view shared) {
    std::string packed(1 + ZSTD_compressBound(bytes.size()), kZstd);
    std::size_t size =
        ZSTD_compress_usingDict(compressor(), packed.data() + 1, packed.size() - 1, bytes.data(),
                                bytes.size(), shared.data(), shared.size(), level);
    if (ZSTD_isError(size) || size >= bytes.size())
        return std::string(1, kPlain) + std::string(bytes);
    packed.resize(1 + size);
    return packed;
}

Result<std::string> unpackFrame(std::string_view frame, std::size_t limit,
                                std::string_view shared) {
    const Error tooLarge{Code::Corrupt, "The message unpacks to more than is allowed."};
    if (frame.empty()) return Error{Code::Corrupt, "The message is empty."};
    std::string_view body = frame.substr(1);
    if (frame[0] == kPlain) {
        if (body.size() > limit) return tooLarge;
        return std::string(body);
    }
    if (frame[0] != kZstd)
        return Error{Code::Corrupt,
                     "The message is packed in a way that this program does not know."};
    unsigned long long size = ZSTD_getFrameContentSize(body.data(), body.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
        return Error{Code::Corrupt, "The message is not packed as it says."};
    if (size > limit && !mutant(Mutant::UnpackedSizeUnchecked)) return tooLarge;
    std::string bytes(static_cast<std::size_t>(size), '\0');
    std::size_t got =
        ZSTD_decompress_usingDict(decompressor(), bytes.data(), bytes.size(), body.data(),
                                  body.size(), shared.data(), shared.size());
    if (ZSTD_isError(got) || got != bytes.size())
        return Error{Code::Corrupt, "The message is damaged."};
    return bytes;
}

}  // namespace sotay
