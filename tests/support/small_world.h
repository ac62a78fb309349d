#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sync/client/client.h"
#include "sync/store/notebook.h"
#include "sync/store/workspace.h"
#include "tests/support/temporary_folder.h"

namespace sotay {

// A province in one process: a server, laptops, a clock that only the test moves, and a wire that
// can break.
class SmallWorld {
  public:
    enum class Fault { None, RequestLost, ReplyLost };

    SmallWorld();
    // A form with a name, an area, a member count, a phone, a repeat of loans, a tax code, and a
    // number of women that is at most the members'; published at once.
    static std::string formWorkbook();
    Surroundings surroundings();
    Workspace& server() { return *server_; }
    // An enrolled laptop of a new person, which has nothing yet.
    std::unique_ptr<Notebook> enrolled(const std::string& person, Role role,
                                       const std::vector<std::string>& areas = {"*"});
    // The same, synced once.
    std::unique_ptr<Notebook> laptop(const std::string& person, Role role,
                                     const std::vector<std::string>& areas = {"*"});
    // The way to the server, which may be used beside whoever owns the notebook.
    std::unique_ptr<Channel> channel(Fault fault = Fault::None);
    // Through the real messages; fails as a broken wire does.
    Result<SyncOutcome> sync(Notebook& notebook, Fault fault = Fault::None);
    void mustSync(Notebook& notebook);  // and the test ends here when it cannot
    // One message both ways, and no more, as over a wire that is cut after each: what came back.
    SyncReply exchange(Notebook& notebook);
    // A stick to the server and back, and its steps; the test ends where one fails.
    BundleRead turnOfStick(Notebook& notebook);
    std::string bundleOf(Notebook& notebook);
    Workspace::BundleTaken deliver(const std::string& file);
    std::string answerFor(std::uint32_t device);
    BundleRead readBundle(Notebook& notebook, const std::string& file);
    // Of these notebooks and the server: the records are what their changes give; and they hold the
    // same, with nothing unsent.
    void checkRebuilds(std::initializer_list<Notebook*> notebooks);
    void checkSame(std::initializer_list<Notebook*> notebooks);
    void restartServer();
    std::filesystem::path backUpServer();
    void restoreServer(const std::filesystem::path& backup);

    TemporaryFolder folder;
    std::int64_t nowMs = 1'790'000'000'000;
    SyncLimits limits;  // of whatever is opened from now on

  private:
    std::unique_ptr<Workspace> server_;
    std::atomic<std::uint64_t> ids_ = 0;  // laptop and server may draw at the same time
    int backups_ = 0;
};

// Sets one answer of a record, as a form would: opened, changed, saved.
Result<Id> edit(Notebook& notebook, const Id& record, const std::string& path,
                const std::string& typed);
Id create(Notebook& notebook, const std::vector<std::pair<std::string, std::string>>& answers);
std::string answer(Notebook& notebook, const Id& record, const std::string& path);
Result<Id> addLoan(Notebook& notebook, const Id& record, const std::string& amount);
std::vector<std::string> loans(Notebook& notebook, const Id& record);

}  // namespace sotay
