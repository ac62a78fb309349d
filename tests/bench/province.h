#pragma once

#include <memory>

#include "sync/client/client.h"
#include "sync/server/http_server.h"
#include "sync/server/service.h"
#include "sync/store/notebook.h"
#include "sync/store/workspace.h"
#include "sync/transport/http_channel.h"
#include "tests/bench/work.h"
#include "tests/support/temporary_folder.h"

namespace sotay::bench {

// A province: a server on loopback and the notebooks of its laptops, in a folder of their own that
// goes with it.
class Province {
  public:
    static Result<std::unique_ptr<Province>> start(const SyncWork& work);
    // A new laptop of a supervisor who works everywhere, enrolled.
    Result<std::unique_ptr<Notebook>> notebook(const std::string& name);
    Result<std::unique_ptr<Notebook>> synced(const std::string& name);  // and knows the form
    Result<std::unique_ptr<HttpChannel>> open();
    Result<SyncOutcome> sync(Notebook& notebook);
    std::uint64_t bytes(const std::string& name);  // of a notebook's file, or of "server"
    std::string stateHash();                       // the server's

  private:
    std::string url() const { return "http://" + server_->address(); }
    TemporaryFolder folder_;
    std::unique_ptr<Workspace> workspace_;
    std::unique_ptr<Service> service_;
    std::unique_ptr<HttpServer> server_;
};

// One person's save of one answer.
Status oneEdit(Notebook& notebook, const SyncWork& work, const Id& record, std::size_t field,
               const std::string& value);

// Saves the records first..first+count-1 of the work, 500 a time.
Result<std::vector<Id>> saveRecords(Notebook& notebook, const SyncWork& work, std::size_t first,
                                    std::size_t count);

}  // namespace sotay::bench
