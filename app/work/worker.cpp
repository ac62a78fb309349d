#include "app/work/worker.h"

#include <atomic>
#include <future>

#include "sync/transport/http_channel.h"

namespace sotay::app {
namespace {

using Serve = std::function<void(const std::atomic<bool>& answered, std::atomic<bool>& cancel)>;

// A channel that lets the worker's thread serve the screens while the network is slow: the wait
// itself happens on a thread of its own, which touches nothing but the socket and its answer.
class ServingChannel : public Channel {
  public:
    static Result<std::unique_ptr<Channel>> open(const std::string& server,
                                                 const std::string& caFile,
                                                 std::function<void()> answered, Serve serve) {
        auto channel = std::make_unique<ServingChannel>(std::move(answered), std::move(serve));
        HttpChannelOptions options;
        options.server = server;
        options.caFile = caFile;
        options.cancel = &channel->cancel_;
        auto inner = HttpChannel::open(std::move(options));
        if (!inner.ok()) return inner.error();
        channel->inner_ = std::move(*inner);
        return std::unique_ptr<Channel>(std::move(channel));
    }
    ServingChannel(std::function<void()> answered, Serve serve)
        : answered_(std::move(answered)), serve_(std::move(serve)) {}

    Result<Exchange> post(const std::string& path, const std::string& token,
                          std::string_view body) override {
        std::atomic<bool> isAnswered = false;
        auto exchange = std::async(std::launch::async, [&] {
            auto answer = inner_->post(path, token, body);
            isAnswered = true;
            answered_();
            return answer;
        });
        serve_(isAnswered, cancel_);
        return exchange.get();
    }

  private:
    std::function<void()> answered_;
    Serve serve_;
    std::atomic<bool> cancel_ = false;
    std::unique_ptr<HttpChannel> inner_;
};

}  // namespace

Worker::Worker(DeskOptions options, std::function<void()> wake)
    : wake_(std::move(wake)), thread_([this, options = std::move(options)] { run(options); }) {}

Worker::~Worker() {
    requests_.close();
    thread_.join();
}

void Worker::ask(Requests requests) {
    for (Request& request : requests) requests_.push(std::move(request));
}

void Worker::run(const DeskOptions& options) {
    std::unique_ptr<Desk> desk;
    auto report = [this](Reply reply) {
        replies_.push(std::move(reply));
        wake_();
    };
    auto serve = [&](const std::atomic<bool>& answered, std::atomic<bool>& cancel) {
        while (!answered) {
            auto request = requests_.next();
            if (request && !std::holds_alternative<CancelSync>(*request)) {
                desk->carryOut(*request);
                continue;
            }
            if (!request && !requests_.isClosed()) continue;
            // Stopped by a person, or the app is being closed: the chunk under way is given up.
            desk->stopSync();
            cancel = true;
            if (!request) return;
        }
    };
    auto channels = [&](const std::string& server, const std::string& caFile) {
        return ServingChannel::open(
            server, caFile, [this] { requests_.nudge(); }, serve);
    };
    auto opened = Desk::open(options, realSurroundings(), channels, report);
    if (!opened.ok()) return report(TaskFailed{Task::OpenNotebook, opened.error()});
    desk = std::move(*opened);
    while (true) {
        auto request = requests_.next();
        if (request) desk->carryOut(*request);
        if (!request && requests_.isClosed()) return;
    }
}

}  // namespace sotay::app
