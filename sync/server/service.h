#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "sync/server/http_server.h"
#include "sync/server/workspace_thread.h"

namespace sotay {

class Workspace;

struct ServiceCounts {
    std::uint64_t syncs = 0, enrolments = 0, histories = 0, bundles = 0, attachments = 0,
                  refusals = 0;
    std::uint64_t commits = 0;  // syncs that waited at the same time share one
    std::uint64_t changesTaken = 0, changesQuarantined = 0;
};

// What laptops can ask of the server:
//   POST /v1/enroll   EnrolRequest -> EnrolReply
//   POST /v1/sync     SyncRequest -> SyncReply
//   POST /v1/history  HistoryRequest -> HistoryReply
//   POST /v1/attachments   AttachmentRequest -> AttachmentReply
//   POST /v1/bundle   a sealed piece of a laptop's bundle -> the answer's file, after the last
//   GET /health       200 when the database answers, 503 when it does not
//   GET /metrics      counts in Prometheus' text format
//
// Whatever is refused has a Refusal in its body and a status that fits: 400 malformed, 401 not
// enrolled or revoked, 403 not permitted, 404 unknown, 405, 500 when the disk failed.
//
// One thread of its own has the workspace. While it commits, further syncs gather; it takes them
// all into the next transaction, so that they share one disk flush. When nothing waits it merges
// what it answered.
class Service {
  public:
    // `workspace` must outlive it, and is touched by nobody else in this process meanwhile; with
    // Merging::WithNextWork not while a request is answered.
    explicit Service(Workspace& workspace, Merging merging = Merging::AfterAnswers);
    ~Service();  // answers what waits, then ends its thread
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    // Any thread; returns when the answer is on disk.
    HttpResponse answer(const HttpRequest& request);

    // Where /metrics has the counts of connections from. Set before the first request.
    void countConnectionsWith(std::function<HttpCounts()> counts);
    ServiceCounts counts() const;  // any thread

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sotay
