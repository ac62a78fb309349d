#include "tests/support/small_world.h"

#include <doctest/doctest.h>

#include "schema/position.h"
#include "sync/codec/frame.h"
#include "tests/support/markdown_form.h"
#include "tests/support/workbook_file.h"

namespace sotay {
namespace {

// The server's side of the wire as sotayd has it, without the sockets.
class DirectChannel : public Channel {
  public:
    DirectChannel(Workspace& server, SmallWorld::Fault fault) : server_(server), fault_(fault) {}

    Result<Exchange> post(const std::string& path, const std::string& token,
                          std::string_view body) override {
        const Error offline{Code::Offline, "The wire is cut."};
        if (fault_ == SmallWorld::Fault::RequestLost) return offline;
        Exchange exchange;
        exchange.body = answer(path, token, body, exchange.status);
        exchange.bytesSent = body.size();
        exchange.bytesReceived = exchange.body.size();
        if (fault_ == SmallWorld::Fault::ReplyLost) return offline;
        return exchange;
    }
    bool mayRunBeside() const override { return true; }

  private:
    template <class Reply>
    std::string finish(const Result<Reply>& reply, int& status) {
        status = reply.ok() ? 200 : 403;
        return reply.ok() ? encodeMessage(*reply)
                          : encodeMessage(Refusal{reply.error().code, reply.error().message});
    }
    std::string answer(const std::string& path, const std::string& token, std::string_view body,
                       int& status) {
        if (path == "/v1/enroll")
            return finish(server_.enrol(*decodeMessage<EnrolRequest>(body)), status);
        auto caller = server_.authenticate(token);
        if (!caller.ok()) return finish(Result<SyncReply>(caller.error()), status);
        if (path == "/v1/history")
            return finish(server_.history(*caller, *decodeMessage<HistoryRequest>(body)), status);
        if (path == "/v1/bundle") {
            auto taken = server_.takePiece(body);
            auto back = taken.ok() && taken->isLast ? server_.exportBundle(taken->device)
                                                    : Result<std::string>(std::string());
            status = taken.ok() && back.ok() ? 200 : 403;
            if (status == 200) return *back;
            const Error& why = taken.ok() ? back.error() : taken.error();
            return encodeMessage(Refusal{why.code, why.message});
        }
        if (path == "/v1/attachments")
            return finish(server_.takeAttachments(*caller, *decodeAttachmentRequest(body)), status);
        SyncCall call{*caller, *decodeMessage<SyncRequest>(body)};
        return finish(server_.sync({&call, 1}).front(), status);
    }
    Workspace& server_;
    SmallWorld::Fault fault_;
};

AnswerKey keyOf(const std::string& path) { return {path, {}}; }

Value typedValue(Notebook& notebook, const std::string& formId, const std::string& path,
                 const std::string& typed) {
    auto fields = notebook.fields(formId);
    REQUIRE(fields.ok());
    const Field* field = fields->byPath(path);
    REQUIRE_MESSAGE(field, path);
    auto value = parseValue(field->type, typed);
    REQUIRE(value.ok());
    return *value;
}

}  // namespace

std::string SmallWorld::formWorkbook() {
    static const std::string bytes = workbookBytes(markdownWorkbook(R"(
| survey | | | | | | |
| | type | name | label | summary | area | constraint | identity | constraint_message |
| | text | name | Name | yes | | | yes | |
| | text | area | Commune | | yes | | | |
| | integer | members | Members | | | . >= 0 | | |
| | text | phone | Phone | | | | | |
| | decimal | income | Income | | | | | |
| | begin repeat | loans | Loans | | | | | |
| | integer | amount | Amount | | | | | |
| | text | source | Source | | | | | |
| | end repeat | | | | | | | |
| | text | tax_code | Tax code | | | | yes | |
| | integer | women | Women | | | . <= ${members} | | More women than members |
| settings | | |
| | form_id | form_title |
| | coop | Co-operative |
)"));
    return bytes;
}

SmallWorld::SmallWorld() {
    restartServer();
    REQUIRE(server_->setName("Province").ok());
    auto published = server_->publish(formWorkbook(), "coop");
    REQUIRE(published.ok());
    REQUIRE_FALSE(hasErrors(published->problems));
}

void SmallWorld::restartServer() {
    server_.reset();
    auto server = Workspace::open(folder / "server.db", surroundings());
    REQUIRE_MESSAGE(server.ok(), (server.ok() ? "" : server.error().message));
    server_ = std::move(*server);
}

std::filesystem::path SmallWorld::backUpServer() {
    auto file = folder / ("backup-" + std::to_string(++backups_) + ".db");
    Status done = server_->backup(file);
    REQUIRE_MESSAGE(done.ok(), (done.ok() ? "" : done.error().message));
    return file;
}

void SmallWorld::restoreServer(const std::filesystem::path& backup) {
    server_.reset();
    Status done = Workspace::restore(folder / "server.db", backup, surroundings());
    REQUIRE_MESSAGE(done.ok(), (done.ok() ? "" : done.error().message));
    restartServer();
}

Surroundings SmallWorld::surroundings() {
    return {[this] { return nowMs; },
            [this] {
                std::array<std::uint8_t, 10> bytes{};
                const std::uint64_t id = ++ids_;
                for (int i = 0; i < 8; ++i)
                    bytes[static_cast<std::size_t>(9 - i)] =
                        static_cast<std::uint8_t>(id >> (8 * i));
                return timeOrderedId(nowMs, bytes);
            },
            limits};
}

std::unique_ptr<Notebook> SmallWorld::enrolled(const std::string& person, Role role,
                                               const std::vector<std::string>& areas) {
    REQUIRE(server_->addUser(person, role, areas).ok());
    auto code = server_->newEnrolmentCode(person);
    REQUIRE(code.ok());
    auto notebook = Notebook::open(folder / (person + ".db"), surroundings());
    REQUIRE(notebook.ok());
    Status enrolled =
        enrol(**notebook, *channel(), "direct", "", code->code, "laptop of " + person);
    REQUIRE_MESSAGE(enrolled.ok(), (enrolled.ok() ? "" : enrolled.error().message));
    return std::move(*notebook);
}

std::unique_ptr<Notebook> SmallWorld::laptop(const std::string& person, Role role,
                                             const std::vector<std::string>& areas) {
    auto notebook = enrolled(person, role, areas);
    mustSync(*notebook);
    return notebook;
}

SyncReply SmallWorld::exchange(Notebook& notebook) {
    auto request = notebook.nextRequest();
    REQUIRE(request.ok());
    auto caller = server_->authenticate(notebook.identity().token);
    REQUIRE(caller.ok());
    SyncCall call{*caller, *request};
    auto reply = server_->sync({&call, 1}).front();
    REQUIRE(reply.ok());
    REQUIRE(notebook.receive(*request, encodeMessage(*reply)).ok());
    return *reply;
}

std::string SmallWorld::bundleOf(Notebook& notebook) {
    auto made = notebook.exportBundle();
    REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().message));
    return made->file;
}

Workspace::BundleTaken SmallWorld::deliver(const std::string& file) {
    auto taken = server_->importBundle(file);
    REQUIRE_MESSAGE(taken.ok(), (taken.ok() ? "" : taken.error().message));
    return *taken;
}

std::string SmallWorld::answerFor(std::uint32_t device) {
    auto file = server_->exportBundle(device);
    REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
    return *file;
}

BundleRead SmallWorld::readBundle(Notebook& notebook, const std::string& file) {
    auto read = notebook.importBundle(file);
    REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().message));
    return *read;
}

BundleRead SmallWorld::turnOfStick(Notebook& notebook) {
    return readBundle(notebook, answerFor(deliver(bundleOf(notebook)).device));
}

void SmallWorld::checkRebuilds(std::initializer_list<Notebook*> notebooks) {
    auto check = [](const Result<bool>& rebuilt) {
        REQUIRE_MESSAGE(rebuilt.ok(), (rebuilt.ok() ? "" : rebuilt.error().message));
        CHECK(*rebuilt);
    };
    for (Notebook* each : notebooks) check(each->rebuildAndCompare());
    check(server_->rebuildAndCompare());
}

void SmallWorld::checkSame(std::initializer_list<Notebook*> notebooks) {
    checkRebuilds(notebooks);
    const std::string hash = *server_->stateHash();
    for (Notebook* each : notebooks) {
        CHECK(each->unsentChanges() == 0);
        CHECK(*each->stateHash() == hash);
    }
}

std::unique_ptr<Channel> SmallWorld::channel(Fault fault) {
    return std::make_unique<DirectChannel>(*server_, fault);
}

Result<SyncOutcome> SmallWorld::sync(Notebook& notebook, Fault fault) {
    return syncNotebook(notebook, *channel(fault));
}

void SmallWorld::mustSync(Notebook& notebook) {
    auto synced = sync(notebook);
    REQUIRE_MESSAGE(synced.ok(), (synced.ok() ? "" : synced.error().message));
}

Result<Id> edit(Notebook& notebook, const Id& record, const std::string& path,
                const std::string& typed) {
    auto opened = notebook.openRecord(record);
    REQUIRE(opened.ok());
    Answers answers = opened->answers;
    Value value = typedValue(notebook, opened->formId, path, typed);
    if (value.isEmpty())
        answers.values.erase(keyOf(path));
    else
        answers.values[keyOf(path)] = value;
    return notebook.save(*opened, answers);
}

Id create(Notebook& notebook, const std::vector<std::pair<std::string, std::string>>& typed) {
    OpenRecord opened = notebook.openNew("coop");
    Answers answers;
    for (const auto& [path, text] : typed)
        answers.values[keyOf(path)] = typedValue(notebook, "coop", path, text);
    auto saved = notebook.save(opened, answers);
    REQUIRE_MESSAGE(saved.ok(), (saved.ok() ? "" : saved.error().message));
    return opened.record;
}

std::string answer(Notebook& notebook, const Id& record, const std::string& path) {
    auto opened = notebook.openRecord(record);
    if (!opened.ok()) return "(no record)";
    auto found = opened->answers.values.find(keyOf(path));
    return found == opened->answers.values.end() ? "" : found->second.toString();
}

Result<Id> addLoan(Notebook& notebook, const Id& record, const std::string& amount) {
    auto opened = notebook.openRecord(record);
    REQUIRE(opened.ok());
    Answers answers = opened->answers;
    auto& items = answers.items[keyOf("/loans")];
    RepeatItem item{notebook.openNew("coop").record,
                    positionBetween(items.empty() ? "" : items.back().position, "")};
    items.push_back(item);
    answers.values[{"/loans/amount", {item.id}}] =
        typedValue(notebook, "coop", "/loans/amount", amount);
    return notebook.save(*opened, answers);
}

std::vector<std::string> loans(Notebook& notebook, const Id& record) {
    std::vector<std::string> amounts;
    auto opened = notebook.openRecord(record);
    REQUIRE(opened.ok());
    for (const RepeatItem& item : opened->answers.items[keyOf("/loans")])
        amounts.push_back(opened->answers.values[{"/loans/amount", {item.id}}].toString());
    return amounts;
}

}  // namespace sotay
