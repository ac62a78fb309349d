#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "sync/attachment.h"
#include "sync/client/stick.h"
#include "tests/support/small_world.h"

using namespace sotay;

namespace {

// Content that differs in every part.
std::string photo(std::size_t bytes, unsigned seed) {
    std::string content(bytes, '\0');
    for (char& c : content) {
        seed = seed * 1103515245u + 12345u;
        c = static_cast<char>(seed >> 16);
    }
    return content;
}

std::string contentOf(const std::filesystem::path& file) {
    std::ostringstream all;
    all << std::ifstream(file, std::ios::binary).rdbuf();
    return all.str();
}

// A server with two officers' laptops, each synced once.
struct Camera {
    SmallWorld world;
    std::unique_ptr<Notebook> a = world.laptop("Lâm", Role::Officer),
                              b = world.laptop("Hà", Role::Officer);

    std::filesystem::path file(const std::string& name, const std::string& content) {
        std::ofstream(world.folder / name, std::ios::binary) << content;
        return world.folder / name;
    }
    std::string add(Notebook& notebook, const std::string& name, const std::string& content) {
        auto added = notebook.addAttachment(file(name, content));
        REQUIRE_MESSAGE(added.ok(), (added.ok() ? "" : added.error().message));
        return *added;
    }
    SyncOutcome sync(Notebook& notebook) {
        auto synced = world.sync(notebook);
        REQUIRE_MESSAGE(synced.ok(), (synced.ok() ? "" : synced.error().message));
        return *synced;
    }
    // One message of the lane, to the server alone.
    AttachmentReply tell(Notebook& notebook, const AttachmentRequest& request) {
        auto caller = world.server().authenticate(notebook.identity().token);
        REQUIRE(caller.ok());
        auto reply = world.server().takeAttachments(*caller, request);
        REQUIRE_MESSAGE(reply.ok(), (reply.ok() ? "" : reply.error().message));
        return *reply;
    }
    Notebook::AttachmentsMoved step(Notebook& notebook) {
        auto request = notebook.nextAttachments();
        REQUIRE(request.ok());
        auto moved = notebook.receiveAttachments(*request, encodeMessage(tell(notebook, *request)));
        REQUIRE_MESSAGE(moved.ok(), (moved.ok() ? "" : moved.error().message));
        return *moved;
    }
    std::string serverContent(const std::string& name) {
        const auto to = world.folder / "from-server";
        REQUIRE(world.server().writeAttachment(name, to).ok());
        return contentOf(to);
    }
};

}  // namespace

TEST_CASE("attachment: its name is the hash of its content and the ending of the file's name") {
    Camera c;
    // BLAKE2b-256 of "abc", as other programs give it.
    const std::string name = c.add(*c.a, "Ảnh trụ sở.JPG", "abc");
    CHECK(name == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319.jpg");
    CHECK(attachmentHash(name).has_value());
    for (const char* wrong : {"", "photo.jpg", "bddd813c.jpg"}) CHECK_FALSE(attachmentHash(wrong));
    CHECK_FALSE(attachmentHash(name + "/../x"));
    CHECK(attachmentEnding("photo.j p") == "");
    CHECK(attachmentEnding("archive.tar.GZ") == "gz");
    CHECK(attachmentEnding("no ending") == "");
}

TEST_CASE("attachment: a photo taken without a network follows the data, and others fetch it") {
    Camera c;
    const std::string content = photo(5 * kAttachmentPart + 77, 1);
    const std::string name = c.add(*c.a, "photo.jpg", content);
    const Id record = create(*c.a, {{"/name", "HTX Ba Nang"}, {"/phone", name}});
    CHECK(c.a->status().filesWaiting == 1);
    const SyncOutcome outcome = c.sync(*c.a);
    CHECK(c.a->status().filesWaiting == 0);
    CHECK(outcome.progress.sent == 1);
    CHECK(outcome.filesSent == 1);
    CHECK(outcome.filesWaiting == 0);
    CHECK(outcome.filesTrouble.empty());
    CHECK(c.serverContent(name) == content);

    c.sync(*c.b);
    CHECK(answer(*c.b, record, "/phone") == name);
    const auto to = c.world.folder / "fetched.jpg";
    CHECK(c.b->writeAttachment(name, to).error().code == Code::NotFound);
    for (auto request = c.b->nextAttachments(name); !request->wanted.empty();
         request = c.b->nextAttachments(name)) {
        const auto reply = encodeMessage(c.tell(*c.b, *request));
        CHECK(reply.size() <= kPartsAtOnce * kAttachmentPart + 1024);
        REQUIRE(c.b->receiveAttachments(*request, reply).ok());
    }
    REQUIRE(c.b->writeAttachment(name, to).ok());
    CHECK(contentOf(to) == content);
    CHECK(c.sync(*c.b).filesSent == 0);  // it came from there
}

TEST_CASE("attachment: an interrupted upload goes on where it ended, also after a lost answer") {
    Camera c;
    const std::string content = photo(9 * kAttachmentPart, 2);
    const std::string name = c.add(*c.a, "photo.jpg", content);
    CHECK(c.step(*c.a).progress == 1);  // the server does not know it
    auto request = c.a->nextAttachments();
    REQUIRE(request->parts.size() == kPartsAtOnce);
    c.tell(*c.a, *request);  // the answer is lost
    CHECK(c.step(*c.a).progress == 1);
    CHECK(c.a->attachments().front().bytesSent == kPartsAtOnce * kAttachmentPart);
    request = c.a->nextAttachments();
    CHECK(request->parts.front().index == kPartsAtOnce);
    c.world.restartServer();
    CHECK(c.sync(*c.a).filesSent == 1);
    CHECK(c.serverContent(name) == content);
}

TEST_CASE("attachment: the same photo from two laptops is sent once") {
    Camera c;
    const std::string content = photo(3 * kAttachmentPart, 3);
    const std::string name = c.add(*c.a, "photo.jpg", content);
    CHECK(c.add(*c.a, "copy.jpg", content) == name);
    CHECK(c.a->attachments().size() == 1);
    CHECK(c.sync(*c.a).filesSent == 1);
    CHECK(c.add(*c.b, "theirs.jpg", content) == name);
    const std::uint64_t sent = c.sync(*c.b).progress.bytesSent;
    CHECK(sent < 2048);
    CHECK(c.b->attachments().front().isAtServer);
}

TEST_CASE("attachment: what one laptop sends damaged spoils nobody else's, and is sent anew") {
    Camera c;
    const std::string content = photo(2 * kAttachmentPart, 4);
    const std::string name = c.add(*c.a, "photo.jpg", content);
    c.add(*c.b, "photo.jpg", content);
    c.step(*c.b);
    auto spoilt = *c.b->nextAttachments();
    REQUIRE(spoilt.parts.size() == 2);
    spoilt.parts[1].bytes[100] = static_cast<char>(spoilt.parts[1].bytes[100] ^ 1);
    auto half = spoilt;
    half.parts.pop_back();
    c.tell(*c.b, half);
    CHECK(c.sync(*c.a).filesSent == 1);
    CHECK(c.serverContent(name) == content);

    // And alone: what came is dropped, and begins again.
    const std::string other = c.add(*c.b, "other.jpg", photo(2 * kAttachmentPart, 5));
    c.step(*c.b);
    auto again = *c.b->nextAttachments();
    again.parts[0].bytes[0] = static_cast<char>(again.parts[0].bytes[0] ^ 1);
    const AttachmentReply reply = c.tell(*c.b, again);
    CHECK(reply.standing.back().wasDamaged);
    CHECK(c.world.server().attachments().size() == 1);
    REQUIRE(c.b->receiveAttachments(again, encodeMessage(reply)).ok());
    CHECK(c.sync(*c.b).filesSent == 1);
    CHECK(c.world.server().attachments().back().name.substr(0, 64) == other.substr(0, 64));
}

TEST_CASE("attachment: a laptop keeps a file until the server's backup has it") {
    Camera c;
    const std::string content = photo(3 * kAttachmentPart, 6);
    const std::string name = c.add(*c.a, "photo.jpg", content);
    CHECK(*c.a->freeAttachments() == 0);
    c.sync(*c.a);
    CHECK(*c.a->freeAttachments() == 0);  // the server's disk may break
    create(*c.a, {{"/name", "HTX Ba Nang"}});
    c.sync(*c.a);
    c.world.backUpServer();
    create(*c.a, {{"/name", "HTX Tà Rụt"}});
    c.sync(*c.a);
    CHECK(c.a->attachments().front().isBackedUp);
    CHECK(*c.a->freeAttachments() == content.size());
    CHECK_FALSE(c.a->attachments().front().isHere);
    CHECK(c.a->writeAttachment(name, c.world.folder / "x").error().code == Code::NotFound);
    CHECK(c.add(*c.a, "again.jpg", content) == name);  // who has it may give it again
    CHECK(c.a->attachments().front().isHere);
}

TEST_CASE("attachment: a server that came back from a backup gets the files again that it lost") {
    Camera c;
    create(*c.a, {{"/name", "HTX Ba Nang"}});
    c.sync(*c.a);
    const auto backup = c.world.backUpServer();
    const std::string content = photo(3 * kAttachmentPart, 7);
    const std::string name = c.add(*c.a, "photo.jpg", content);
    c.sync(*c.a);
    CHECK(c.world.server().attachments().size() == 1);
    c.world.restoreServer(backup);
    CHECK(c.world.server().attachments().empty());
    CHECK(c.sync(*c.a).filesSent == 1);
    CHECK(c.serverContent(name) == content);
}

TEST_CASE("attachment: files travel by stick, carried by another laptop, in any order and twice") {
    Camera c;
    const auto stick = c.world.folder / "stick";
    std::filesystem::create_directory(stick);
    const std::string content = photo(11 * kAttachmentPart + 5, 8);
    const std::string name = c.add(*c.a, "photo.jpg", content);
    create(*c.a, {{"/name", "HTX Ba Nang"}, {"/phone", name}});
    auto out = exchangeBundles(*c.a, stick);
    REQUIRE(out.ok());
    CHECK(out->files == 1);
    CHECK(out->written.size() == 2);
    CHECK_FALSE(c.a->attachments().front().isAtServer);

    REQUIRE(exchangeBundles(*c.b, stick).ok());
    REQUIRE(exchangeBundles(*c.b, stick).ok());
    const SyncOutcome carried = c.sync(*c.b);
    CHECK(carried.bundlesRefused == 0);
    CHECK(c.serverContent(name) == content);
    REQUIRE(exchangeBundles(*c.b, stick).ok());  // leaves the answer there
    auto home = exchangeBundles(*c.a, stick);
    REQUIRE(home.ok());
    for (const auto& each : home->read) CHECK_FALSE(each.error.has_value());
    CHECK(c.a->attachments().front().isAtServer);
    CHECK(c.a->unsentChanges() == 0);
    CHECK(home->files == 0);
    CHECK(home->written.size() == 1);  // nothing of a file is left on the stick
}

TEST_CASE("attachment: what cannot be attached is told, and leaves nothing behind") {
    Camera c;
    CHECK(c.a->addAttachment(c.world.folder / "nothing.jpg").error().code == Code::NotFound);
    CHECK(c.a->addAttachment(c.file("empty.jpg", "")).error().code == Code::InvalidInput);
    const auto large = c.file("large.mp4", "x");
    std::filesystem::resize_file(large, kMaxAttachmentBytes + 1);
    const auto refused = c.a->addAttachment(large);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message.find("100 MB") != std::string::npos);
    CHECK(c.a->attachments().empty());

    AttachmentRequest offered;
    offered.offers.push_back({FileHash{1}, kMaxAttachmentBytes + 1, "mp4"});
    offered.offers.push_back({FileHash{2}, 0, ""});
    const AttachmentReply reply = c.tell(*c.a, offered);
    for (const AttachmentStanding& each : reply.standing) CHECK_FALSE(each.refusal.empty());
    CHECK(c.a->nextAttachments("photo.jpg").error().code == Code::InvalidInput);
}

TEST_CASE("attachment: a laptop believes only its own server about files") {
    Camera c;
    const std::string name = c.add(*c.a, "photo.jpg", "abc");
    const auto request = *c.a->nextAttachments();
    AttachmentReply reply = c.tell(*c.a, request);
    reply.standing.back().isBackedUp = true;
    CHECK(c.a->receiveAttachments(request, encodeMessage(reply)).error().code == Code::Corrupt);
    CHECK_FALSE(c.a->attachments().front().isAtServer);
}
