#include "sync/transport/http_channel.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <utility>

namespace sotay {

namespace {

constexpr long kStalledBytesPerSecond = 8;
constexpr long kKeepAliveSeconds =
    45;  // mobile networks forget silent connections after a minute or more

bool isLibraryReady() {
    static const bool ready =
        curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;  // once per process
    return ready;
}

bool isLoopback(const std::string& host) {
    return host == "localhost" || host == "[::1]" || host == "::1" || host.starts_with("127.");
}

struct HeaderList {
    curl_slist* first = nullptr;
    HeaderList() = default;
    HeaderList(const HeaderList&) = delete;
    HeaderList& operator=(const HeaderList&) = delete;
    ~HeaderList() { curl_slist_free_all(first); }
    void add(const std::string& line) {
        if (curl_slist* longer = curl_slist_append(first, line.c_str())) first = longer;
    }
};

// Offline, in the words of somebody who has a laptop and a network, or not.
std::string offlineSentence(CURLcode code, const std::string& host) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return fmt::format(
                "The server {} was not found: there is no network, or its name is misspelt.", host);
        case CURLE_COULDNT_RESOLVE_PROXY:
            return "The proxy of this network was not found.";
        case CURLE_COULDNT_CONNECT:
            return fmt::format(
                "The server {} cannot be reached: there is no network, or it is not running.",
                host);
        case CURLE_OPERATION_TIMEDOUT:
            return fmt::format("The server {} did not answer in time: the network is too weak.",
                               host);
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_ISSUER_ERROR:
            return fmt::format(
                "The server {} showed a certificate that this laptop does not trust, so nothing "
                "was "
                "sent. Check the laptop's date; if it is right, ask the administrator.",
                host);
        case CURLE_SSL_CONNECT_ERROR:
            return fmt::format("No secure connection to the server {} could be made.", host);
        case CURLE_ABORTED_BY_CALLBACK:
            return "The sync was stopped. What had arrived by then is kept.";
        default:
            return fmt::format(
                "The connection to the server {} was interrupted. What had arrived by then is "
                "kept.",
                host);
    }
}

}  // namespace

struct HttpChannel::Handle {
    HttpChannelOptions options;
    std::string base, host;
    CURL* curl = nullptr;
    Exchange exchange;
    bool isTooLarge = false;

    Handle() = default;
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { curl_easy_cleanup(curl); }

    template <class T>
    void set(CURLoption option, T value) {
        curl_easy_setopt(curl, option, value);  // fails only for options that this libcurl lacks
    }
    void setUp();
    Result<Exchange> perform(const std::string& path, const std::string& token);

    static std::size_t onBody(char* bytes, std::size_t one, std::size_t count, void* self);
    static int onTraffic(CURL*, curl_infotype kind, char*, std::size_t size, void* self);
    static int onProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
};

std::size_t HttpChannel::Handle::onBody(char* bytes, std::size_t, std::size_t count, void* self) {
    auto& handle = *static_cast<Handle*>(self);
    handle.isTooLarge = handle.exchange.body.size() + count > handle.options.largestAnswer;
    if (handle.isTooLarge) return 0;
    try {
        handle.exchange.body.append(bytes, count);
    } catch (...) {  // no memory; nothing may be thrown through libcurl
        handle.isTooLarge = true;
        return 0;
    }
    return count;
}

// libcurl's own totals mix headers and body in the first packet; its trace is exact.
int HttpChannel::Handle::onTraffic(CURL*, curl_infotype kind, char*, std::size_t size, void* self) {
    Exchange& exchange = static_cast<Handle*>(self)->exchange;
    if (kind == CURLINFO_HEADER_OUT || kind == CURLINFO_DATA_OUT) exchange.bytesSent += size;
    if (kind == CURLINFO_HEADER_IN || kind == CURLINFO_DATA_IN) exchange.bytesReceived += size;
    return 0;
}

int HttpChannel::Handle::onProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const std::atomic<bool>* cancel = static_cast<Handle*>(self)->options.cancel;
    return cancel && cancel->load(std::memory_order_relaxed) ? 1 : 0;
}

void HttpChannel::Handle::setUp() {
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_SSL_ENABLE_ALPN, 0L);  // there is only HTTP/1.1 to choose
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!options.caFile.empty()) set(CURLOPT_CAINFO, options.caFile.c_str());
    if (isLoopback(host)) set(CURLOPT_PROXY, "");
    set(CURLOPT_NOSIGNAL, 1L);  // signals belong to the program
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_TCP_KEEPIDLE, kKeepAliveSeconds);
    set(CURLOPT_TCP_KEEPINTVL, kKeepAliveSeconds);
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(options.connectTimeout.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, kStalledBytesPerSecond);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stalledAfter.count()));
    set(CURLOPT_WRITEFUNCTION, &Handle::onBody);
    set(CURLOPT_WRITEDATA, static_cast<void*>(this));
    set(CURLOPT_DEBUGFUNCTION, &Handle::onTraffic);
    set(CURLOPT_DEBUGDATA, static_cast<void*>(this));
    set(CURLOPT_VERBOSE, 1L);  // calls onTraffic; prints nothing
    set(CURLOPT_XFERINFOFUNCTION, &Handle::onProgress);
    set(CURLOPT_XFERINFODATA, static_cast<void*>(this));
    set(CURLOPT_NOPROGRESS, 0L);
}

Result<Exchange> HttpChannel::Handle::perform(const std::string& path, const std::string& token) {
    // Every byte counts on 2G: no Accept, no Content-Type (the path says what it is), no waiting
    // for "100".
    HeaderList headers;
    headers.add("Accept:");
    headers.add("Content-Type:");
    headers.add("Expect:");
    if (!token.empty()) headers.add("Authorization: Bearer " + token);
    const std::string url = base + path;
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_HTTPHEADER, headers.first);
    exchange = Exchange();
    isTooLarge = false;
    const CURLcode code = curl_easy_perform(curl);
    set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
    if (isTooLarge)
        return Error{Code::Corrupt,
                     fmt::format("The answer of {} is larger than any answer should be.", host)};
    if (code == CURLE_SSL_CACERT_BADFILE)
        return Error{Code::Io,
                     fmt::format("{} holds no certificates that can be used.", options.caFile)};
    if (code != CURLE_OK) return Error{Code::Offline, offlineSentence(code, host)};
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    exchange.status = static_cast<int>(status);
    return std::move(exchange);
}

HttpChannel::HttpChannel(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}

HttpChannel::~HttpChannel() = default;

Result<std::unique_ptr<HttpChannel>> HttpChannel::open(HttpChannelOptions options) {
    if (!isLibraryReady()) return Error{Code::Io, "The network library cannot be used."};
    const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), &curl_url_cleanup);
    char* host = nullptr;
    const bool isUrl =
        options.server.find("://") != std::string::npos &&
        curl_url_set(url.get(), CURLUPART_URL, options.server.c_str(), 0) == CURLUE_OK &&
        curl_url_get(url.get(), CURLUPART_HOST, &host, 0) == CURLUE_OK;
    const std::unique_ptr<char, decltype(&curl_free)> hostOwner(host, &curl_free);
    const bool isHttp =
        options.server.starts_with("http://") || options.server.starts_with("https://");
    if (!isUrl || !isHttp)
        return Error{Code::InvalidInput,
                     fmt::format("\"{}\" is no address of a server: it should look like "
                                 "https://sotay.example.vn.",
                                 options.server)};
    auto handle = std::make_unique<Handle>();
    handle->host = host;
    handle->base = options.server;
    while (handle->base.ends_with('/')) handle->base.pop_back();
    handle->options = std::move(options);
    handle->curl = curl_easy_init();
    if (!handle->curl) return Error{Code::Io, "The network library cannot be used."};
    handle->setUp();
    return std::unique_ptr<HttpChannel>(new HttpChannel(std::move(handle)));
}

Result<Exchange> HttpChannel::post(const std::string& path, const std::string& token,
                                   std::string_view body) {
    handle_->set(CURLOPT_POST, 1L);
    handle_->set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    handle_->set(CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());
    return handle_->perform(path, token);
}

Result<Exchange> HttpChannel::get(const std::string& path, const std::string& token) {
    handle_->set(CURLOPT_HTTPGET, 1L);
    return handle_->perform(path, token);
}

}  // namespace sotay
