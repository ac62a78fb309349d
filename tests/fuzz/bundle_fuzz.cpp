// links: sotay_sync
#include "sync/bundle.h"
#include "sync/codec/frame.h"
#include "tests/fuzz/fuzz_target.h"

namespace sotay {
namespace {

const KeyPair& server() {
    static const KeyPair keys = newKeyPair();
    return keys;
}

std::string seed(char kind, std::string_view bytes) { return kind + std::string(bytes); }

Bundle smallBundle() { return {Bundle::Kind::ToServer, {}, {}, {"sealed", ""}}; }

}  // namespace

std::size_t fuzzMemory() { return 64u << 20; }

// The first byte says whether the rest is a file, or what somebody sealed for the server.
void fuzzOne(std::string_view input) {
    if (input.empty()) return;
    const std::string_view rest = input.substr(1);
    if (input.front() == 0) {
        auto bundle = decodeBundle(rest);
        if (!bundle.ok() && bundle.error().message.empty()) broken("a refusal says why");
        if (bundle.ok() && encodeBundle(*bundle) != rest)
            broken("a bundle that is read is written to the same bytes");
        return;
    }
    const std::string sealed =
        sealFor(packFrame(static_cast<char>(kProtocol) + std::string(rest)), server().publicKey);
    if (openRequest(sealed, server()).ok() || openReply(sealed, server(), server().publicKey).ok())
        broken("what nobody signed is not taken");
}

std::vector<std::string> fuzzSeeds() {
    const std::string file = encodeBundle(smallBundle());
    std::vector<std::string> seeds = {seed(0, file), seed(0, file.substr(0, file.size() - 3))};
    auto pieces = [&](const std::string& sealed) {
        auto frame = openSealed(sealed, server());
        auto bytes = frame ? unpackFrame(*frame) : Result<std::string>(std::string());
        // Another laptop's signature stands at the end: it is not the one that is asked for.
        if (bytes.ok() && bytes->size() > 64)
            seeds.push_back(seed(1, bytes->substr(1, bytes->size() - 65) + std::string(64, '\0')));
    };
    BundledRequest request;
    request.count = 1;
    request.request = "request";
    pieces(sealPiece(request, newKeyPair(), server().publicKey));
    BundledReply reply;
    reply.receipts = {{1, 2, 3, Id{}, 4, ""}, {1, 5, 1, Id{}, 0, "not there"}};
    reply.reply = "reply";
    pieces(sealPiece(reply, newKeyPair(), server().publicKey));
    return seeds;
}

}  // namespace sotay
