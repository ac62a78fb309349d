#include <algorithm>

#include "sync/bundle.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/full_world.h"

// Bundles on sticks, which go from hand to hand and are all kept.

namespace sotay::sim {
namespace {

// Of those that fit the newest, mostly; now and then any.
template <class Fits>
const std::string* choose(const std::vector<std::string>& sticks, std::uint32_t which, Fits fits) {
    if (sticks.empty()) return nullptr;
    const std::string* any = &sticks[which % sticks.size()];
    if (which / 64 % 3 == 0) return any;
    for (auto file = sticks.rbegin(); file != sticks.rend(); ++file)
        if (auto bundle = decodeBundle(*file); bundle.ok() && fits(*bundle)) return &*file;
    return any;
}

Done outcome(const Error& error) {
    // What is for others, or goes on from more than is here, is refused; nothing else is.
    return {error.code == Code::Rejected, error.message, {}};
}

}  // namespace

Done FullWorld::writeStick(std::size_t laptop) {
    Laptop& here = *laptops_[laptop];
    auto made = here.notebook->exportBundle();
    if (!made.ok()) return {false, made.error().message, {}};
    sticks_.push_back(made->file);
    auto answers = here.notebook->carriedAnswers();
    if (!answers.ok()) return {false, answers.error().message, {}};
    for (const auto& answer : *answers) sticks_.push_back(answer.file);
    return {true, std::to_string(made->changes) + " changes", {}};
}

Done FullWorld::readStick(std::size_t laptop, std::uint32_t which) {
    Laptop& here = *laptops_[laptop];
    const KeyPair keys = here.notebook->deviceKeys();
    const std::string* file = choose(sticks_, which, [&](const Bundle& bundle) {
        const bool isAnswer = bundle.kind == Bundle::Kind::ToLaptop;
        return isAnswer ? bundle.recipient == keys.publicKey
                        : which % 2 && bundle.sender != keys.publicKey;
    });
    here.deliveries.clear();
    if (!file) return {true, "", {}};
    auto bundle = decodeBundle(*file);
    const bool isForHere = bundle.ok() && bundle->kind == Bundle::Kind::ToLaptop &&
                           bundle->recipient == keys.publicKey;
    const auto before = isForHere ? standing(here) : std::nullopt;
    for (std::size_t i = 0; isForHere && i < bundle->pieces.size(); ++i)
        if (auto piece = openReply(bundle->pieces[i], keys, bundle->sender); piece.ok())
            if (auto reply = decodeMessage<SyncReply>(piece->reply); reply.ok())
                expectDelivery(here, *reply);
    auto read = here.notebook->importBundle(*file);
    if (disk::hasFailed(here.file)) return {true, "no power", {}};
    // What stands where the laptop stood before brought nothing.
    if (isForHere && standing(here) != before) settleDeliveries(here);
    here.deliveries.clear();
    if (!read.ok()) return outcome(read.error());
    return {true, isForHere ? "an answer for it" : "of another laptop", {}};
}

Done FullWorld::stickToServer(std::uint32_t which, bool wantsAnswer) {
    const std::string* file = choose(
        sticks_, which, [](const Bundle& bundle) { return bundle.kind == Bundle::Kind::ToServer; });
    if (!file) return {true, "", {}};
    auto taken = server_->importBundle(*file);
    readLog();
    if (!taken.ok()) return outcome(taken.error());
    if (!wantsAnswer) return {true, "", {}};
    auto answer = server_->exportBundle(taken->device, which % 4 ? SIZE_MAX : 1);
    if (!answer.ok()) return {false, answer.error().message, {}};
    sticks_.push_back(*answer);
    return {true, "", {}};
}

// Whoever carries a stick knows everything but the keys.
bool FullWorld::forgeBundle(std::size_t laptop, std::uint32_t how) {
    Laptop& here = *laptops_[laptop];
    const PublicKey device = here.notebook->deviceKeys().publicKey;
    const PublicKey server = here.notebook->identity().serverKey;
    if (how % 4 == 0 && !sticks_.empty()) {  // a damaged one
        std::string file = sticks_[how / 4 % sticks_.size()];
        file.resize(file.size() * (how / 64 % 4) / 4);
        return server_->importBundle(file).ok() || here.notebook->importBundle(file).ok();
    }
    if (how % 4 == 1 && !here.lastReply.empty()) {  // an answer that says all was taken
        auto reply = decodeMessage<SyncReply>(here.lastReply);
        auto next = here.notebook->nextRequest();
        if (!reply.ok() || !next.ok()) return false;
        BundledReply piece;
        piece.device = device;
        piece.count = 1;
        piece.from = next->cursor;
        piece.reply = here.lastReply;
        return here.notebook
            ->importBundle(encodeBundle(
                {Bundle::Kind::ToLaptop, server, device, {sealPiece(piece, newKeyPair(), device)}}))
            .ok();
    }
    // A request that says that the laptop holds everything.
    SyncRequest request;
    request.cursor = {server_->status().incarnation, 0};
    request.held = {{1, 100'000}};
    BundledRequest piece;
    piece.device = device;
    piece.bundle = newId();
    piece.count = 1;
    piece.request = encodeMessage(request);
    const bool isTaken =
        server_
            ->importBundle(encodeBundle(
                {Bundle::Kind::ToServer, device, server, {sealPiece(piece, newKeyPair(), server)}}))
            .ok();
    return isTaken;
}

}  // namespace sotay::sim
