#include "sync/codec/frame.h"

#include <zstd.h>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "schema/mutant.h"

namespace sotay {
namespace {

constexpr char kPlain = 0, kZstd = 1;

// A context of zstd, which is costly to make and holds a megabyte or more. There are as many as
// were in use at once, and not one for each thread that ever packed something; the last used goes
// first.
template <class Context, Context* (*kMake)(), std::size_t (*kFree)(Context*)>
class Pooled {
  public:
    Pooled() {
        const std::lock_guard lock(idle().mutex);
        auto& contexts = idle().contexts;
        if (contexts.empty()) {
            context_.reset(kMake());
        } else {
            context_ = std::move(contexts.back());
            contexts.pop_back();
        }
    }
    Pooled(const Pooled&) = delete;
    ~Pooled() {
        const std::lock_guard lock(idle().mutex);
        idle().contexts.push_back(std::move(context_));
    }
    Context* get() const { return context_.get(); }

  private:
    struct Free {
        void operator()(Context* context) const { kFree(context); }
    };
    using Owned = std::unique_ptr<Context, Free>;
    struct Idle {
        std::mutex mutex;
        std::vector<Owned> contexts;
    };
    static Idle& idle() {
        static Idle all;
        return all;
    }

    Owned context_;
};
using Compressor = Pooled<ZSTD_CCtx, ZSTD_createCCtx, ZSTD_freeCCtx>;
using Decompressor = Pooled<ZSTD_DCtx, ZSTD_createDCtx, ZSTD_freeDCtx>;

}  // namespace

std::string packFrame(std::string_view bytes, int level, std::string_view shared) {
    const Compressor compressor;
    std::string packed(1 + ZSTD_compressBound(bytes.size()), kZstd);
    std::size_t size =
        ZSTD_compress_usingDict(compressor.get(), packed.data() + 1, packed.size() - 1,
                                bytes.data(), bytes.size(), shared.data(), shared.size(), level);
    if (ZSTD_isError(size) || size >= bytes.size()) return plainFrame(bytes);
    packed.resize(1 + size);
    return packed;
}

std::string plainFrame(std::string_view bytes) {
    std::string frame;
    frame.reserve(1 + bytes.size());
    frame += kPlain;
    frame += bytes;
    return frame;
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
    const Decompressor decompressor;
    std::string bytes(static_cast<std::size_t>(size), '\0');
    std::size_t got =
        ZSTD_decompress_usingDict(decompressor.get(), bytes.data(), bytes.size(), body.data(),
                                  body.size(), shared.data(), shared.size());
    if (ZSTD_isError(got) || got != bytes.size())
        return Error{Code::Corrupt, "The message is damaged."};
    return bytes;
}

}  // namespace sotay
