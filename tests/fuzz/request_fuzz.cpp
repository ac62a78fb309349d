// links: sotay_server sotay_test_files
#include "sync/attachment.h"
#include "sync/bundle.h"
#include "sync/codec/frame.h"
#include "sync/server/service.h"
#include "sync/store/workspace.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/temporary_folder.h"

namespace sotay {
namespace {

constexpr const char* kPaths[] = {"/v1/sync",        "/v1/history", "/v1/bundle",
                                  "/v1/attachments", "/v1/enroll",  "/metrics"};
constexpr std::size_t kMostFiles = 8;

// A server with one enrolled laptop that somebody hostile has got hold of.
struct Served {
    TemporaryFolder folder;
    std::unique_ptr<Workspace> workspace;
    std::unique_ptr<Service> service;
    KeyPair laptop = newKeyPair();
    std::string token;
    PublicKey server{};

    Served() {
        auto opened = Workspace::open(folder / "server.db", realSurroundings());
        if (!opened.ok()) broken("a server can be made");
        workspace = std::move(*opened);
        (void)workspace->addUser("lan", Role::Officer, {"*"});
        auto code = workspace->newEnrolmentCode("lan");
        auto enrolled = workspace->enrol({code.ok() ? code->code : "", laptop.publicKey, "DK-07"});
        if (!enrolled.ok()) broken("a laptop can be enrolled");
        token = enrolled->token;
        server = enrolled->serverKey;
        service = std::make_unique<Service>(*workspace);
    }
};

std::unique_ptr<Served>& served() {
    static std::unique_ptr<Served> now = std::make_unique<Served>();
    return now;
}

std::string seed(char path, const std::string& framed) {
    auto plain = unpackFrame(framed);
    return path + (plain.ok() ? *plain : std::string());
}

}  // namespace

std::size_t fuzzMemory() { return 64u << 20; }

// The first byte says which address the rest is sent to, as what a frame holds. A piece of a bundle
// is signed and sealed by the laptop.
void fuzzOne(std::string_view input) {
    if (input.empty()) return;
    if (served()->workspace->attachments().size() > kMostFiles)
        served() = std::make_unique<Served>();
    Served& now = *served();
    HttpRequest request;
    request.path = kPaths[static_cast<unsigned char>(input.front()) % std::size(kPaths)];
    request.method = request.path == "/metrics" ? "GET" : "POST";
    request.token = now.token;
    request.body = std::string(1, '\0') + std::string(input.substr(1));
    if (request.path == "/v1/bundle") {
        BundledRequest piece;
        piece.device = now.laptop.publicKey;
        piece.count = 1;
        piece.request = request.body;
        request.body = sealPiece(piece, now.laptop, now.server);
    }
    const HttpResponse response = now.service->answer(request);
    if (response.status >= 500) broken("nothing that is sent makes the server fail");
    if (response.status == 200) return;
    auto refusal = decodeMessage<Refusal>(response.body);
    if (!refusal.ok() || refusal->message.empty()) broken("a refusal says why");
}

std::vector<std::string> fuzzSeeds() {
    SyncRequest sync;
    sync.cursor = {0, 3};
    sync.held = {{4, 2}};
    sync.batches = {"one", ""};
    AttachmentRequest files;
    files.offers = {{FileHash{1}, 70'000, "jpg"}};
    files.parts = {{{hash256("abc"), 3, "jpg"}, 0, "abc"}};
    files.wanted = {hash256("abc")};
    files.from = {0};
    return {seed(0, encodeMessage(sync)),
            seed(0, encodeMessage(SyncRequest{})),
            seed(1, encodeMessage(HistoryRequest{})),
            seed(2, encodeMessage(sync)),
            seed(3, encodeMessage(files)),
            seed(4, encodeMessage(EnrolRequest{"ABCD-EFGH-JKLM-NPQR", {}, "DK-08"})),
            std::string(1, 5)};
}

}  // namespace sotay
