#include "transport/http_client.h"

#include <algorithm>

#include <container_kit/telemetry/version.h>

#include "base/ascii.h"
#include "transport/libcurl.h"

namespace container_kit::telemetry::transport {
namespace {

constexpr std::size_t kMaxResponse = std::size_t{4} << 20;
constexpr std::size_t kMaxHeaders = std::size_t{64} << 10;
// A receiver that asks for more is asked again after an hour.
constexpr curl_off_t kLongestRetryAfter = 3'600;
// Certificate authorities may be replaced while we run.
constexpr long kAuthoritiesSeconds = 60;
// How often curl looks whether it was cancelled.
constexpr long kPollMilliseconds = 20;

// What an answer is collected in.
struct Incoming {
  HttpResponse& response;
  std::size_t header_bytes = 0;
  bool has_whole_head = false;  // up to the empty line; libcurl takes the end of the connection for one, too
};

std::size_t keep_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& body = static_cast<Incoming*>(user)->response.body;
  if (body.size() + size > kMaxResponse) return 0;  // ends the transfer
  body.append(data, size);
  return size;
}

// One line: of a header, of a trailer, or the status line of an answer, which makes what came before it an
// interim answer's.
std::size_t keep_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& incoming = *static_cast<Incoming*>(user);
  incoming.header_bytes += size;
  if (incoming.header_bytes > kMaxHeaders) return 0;  // ends the transfer
  const std::string_view line = base::trim({data, size}, base::kLineSpace);
  if (line.starts_with("HTTP/")) {
    incoming.response.headers.clear();
    incoming.has_whole_head = false;
    return size;
  }
  incoming.has_whole_head = incoming.has_whole_head || line.empty();
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return size;
  std::string name(line.substr(0, colon));
  for (char& c : name) c = base::to_lower(c);
  incoming.response.headers.emplace_back(std::move(name),
                                         base::trim(line.substr(colon + 1), base::kLineSpace));
  return size;
}

struct Progress {
  const std::atomic<bool>* cancelled = nullptr;
  base::Deadline deadline;
};

int stop_when_cancelled(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& progress = *static_cast<Progress*>(user);
  return progress.cancelled->load(std::memory_order_relaxed) || progress.deadline.passed() ? 1 : 0;
}

class HeaderList {
 public:
  HeaderList() = default;
  ~HeaderList() { curl_slist_free_all(list_); }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  void add(const std::string& line) { list_ = curl_slist_append(list_, line.c_str()); }
  // libcurl takes "name:" for a header that is not to be sent, and "name;" for one that is empty.
  void add(const std::string& name, const std::string& value) {
    add(value.empty() ? name + ";" : name + ": " + value);
  }
  curl_slist* get() const noexcept { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

}  // namespace

struct HttpClient::Handle {
  CURL* easy = nullptr;
  CURLM* multi = nullptr;
};

HttpClient::HttpClient(HttpClientOptions options)
    : options_(std::move(options)), handle_(std::make_unique<Handle>()) {
  handle_->easy = new_easy_handle();
  handle_->multi = new_multi_handle();
  curl_multi_setopt(handle_->multi, CURLMOPT_MAXCONNECTS, 1L);
}

HttpClient::~HttpClient() {
  curl_easy_cleanup(handle_->easy);
  curl_multi_cleanup(handle_->multi);
}

namespace {

void set_file(CURL* easy, CURLoption option, const std::string& path) {
  if (!path.empty()) curl_easy_setopt(easy, option, path.c_str());
}

// libcurl before 8.0.0 cannot use such a connection twice: the second request fails with "Error in the HTTP2
// framing layer" (curl's pull request 10643).
bool can_reuse_prior_knowledge() {
  constexpr unsigned kMended = 0x080000;
  return curl_version_info(CURLVERSION_NOW)->version_num >= kMended;
}

void set_http2(CURL* easy, bool is_tls) {
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                   is_tls ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
  curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
  const bool can_reuse = is_tls || can_reuse_prior_knowledge();
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, can_reuse ? 0L : 1L);
}

void set_connection_options(CURL* easy, const std::string& url, const HttpClientOptions& options) {
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // Without it, giving a transfer up waits for the thread that resolves the name, whatever the deadline.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, kAuthoritiesSeconds);
  set_file(easy, CURLOPT_CAINFO, options.tls.certificate);
  set_file(easy, CURLOPT_SSLCERT, options.tls.client_certificate);
  set_file(easy, CURLOPT_SSLKEY, options.tls.client_key);
  if (options.version == HttpVersion::kHttp2) set_http2(easy, url.starts_with("https:"));
}

void set_request_options(CURL* easy, std::string_view body, const HeaderList& headers) {
  const std::string user_agent = "OTel-OTLP-Exporter-Cpp/" + std::string(version());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
}

void set_callbacks(CURL* easy, Incoming& incoming, Progress& progress) {
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(progress.deadline.remaining().count()) + 1);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &keep_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &incoming);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &keep_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &incoming);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &stop_when_cancelled);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &progress);
}

// Runs the transfer in short steps, so that a cancellation is seen within kPollMilliseconds whatever the peer
// does.
CURLcode perform(CURLM* multi, CURL* easy, Progress& progress, bool& is_connection_over) {
  curl_multi_add_handle(multi, easy);
  CURLcode result = CURLE_OPERATION_TIMEDOUT;
  int running = 1;
  while (stop_when_cancelled(&progress, 0, 0, 0, 0) == 0) {
    if (curl_multi_perform(multi, &running) != CURLM_OK) break;
    int left = 0;
    if (const CURLMsg* message = curl_multi_info_read(multi, &left); message != nullptr) {
      result = message->data.result;
      break;
    }
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(kPollMilliseconds), nullptr);
  }
  curl_socket_t socket = CURL_SOCKET_BAD;  // known until the handle is removed
  curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket);
  is_connection_over = socket == CURL_SOCKET_BAD;
  curl_multi_remove_handle(multi, easy);
  return result;
}

std::string reason_of(CURLcode result, const char* details, HttpVersion wanted) {
  std::string reason = details[0] != '\0' ? details : curl_easy_strerror(result);
  const bool is_misunderstood = result == CURLE_GOT_NOTHING || result == CURLE_HTTP2;
  if (wanted == HttpVersion::kHttp2 && is_misunderstood) reason += "; does it speak HTTP/2, as gRPC needs?";
  return reason;
}

HttpFailure failure_of(CURLcode result) {
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return HttpFailure::kResolve;
    case CURLE_COULDNT_CONNECT:
      return HttpFailure::kConnect;
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_ABORTED_BY_CALLBACK:
      return HttpFailure::kTimeout;
    case CURLE_SSL_CONNECT_ERROR:
      return HttpFailure::kTls;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return HttpFailure::kCertificate;
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return HttpFailure::kTlsFile;
    default:
      return HttpFailure::kProtocol;
  }
}

// A receiver need not read a request to refuse it. When such an answer comes while libcurl 7.88 still sends
// the body over HTTP/2, it fails without a word of its own, and may have lost the answer, or not.
bool was_answered_early(CURLcode result, const char* details) {
  return result == CURLE_HTTP2_STREAM && details[0] == '\0';
}

void read_outcome(CURL* easy, HttpVersion wanted, HttpResponse& response) {
  long number = 0;
  curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &number);
  if (wanted == HttpVersion::kHttp2 && number != CURL_HTTP_VERSION_2_0) {
    response.error = "it does not speak HTTP/2, which gRPC needs";
    response.failure = HttpFailure::kProtocol;
    return;
  }
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &number);
  response.status = static_cast<int>(number);
  curl_off_t seconds = 0;  // also of a date
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
  if (seconds > 0) response.retry_after = std::chrono::seconds(std::min(seconds, kLongestRetryAfter));
}

}  // namespace

HttpResponse HttpClient::post(const HttpRequest& request, base::Deadline deadline) {
  constexpr int kMostAttempts = 5;
  HttpResponse response = attempt_post(request, deadline);
  for (int attempt = 1; response.is_answer_lost && attempt < kMostAttempts; ++attempt) {
    response = attempt_post(request, deadline);
  }
  return response;
}

HttpResponse HttpClient::attempt_post(const HttpRequest& request, base::Deadline deadline) {
  HttpResponse response;
  CURL* const easy = handle_->easy;
  if (easy == nullptr || handle_->multi == nullptr) {
    response.error = "libcurl cannot be used: out of memory";
    return response;
  }
  HeaderList headers;
  headers.add("Expect:");  // no round trip before the body
  for (const auto& [name, value] : request.headers) headers.add(name, value);
  Progress progress{&cancelled_, deadline};
  Incoming incoming{response};
  char details[CURL_ERROR_SIZE] = "";
  curl_easy_reset(easy);  // keeps connections
  set_connection_options(easy, request.url, options_);
  set_request_options(easy, request.body, headers);
  set_callbacks(easy, incoming, progress);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, details);
  const CURLcode result = perform(handle_->multi, easy, progress, response.is_connection_over);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, nullptr);
  const bool is_early = was_answered_early(result, details);
  response.is_answer_lost = is_early && !incoming.has_whole_head;
  if (result == CURLE_OK && !incoming.has_whole_head) {
    response.error = "the connection was closed in the midst of the answer";
    response.failure = HttpFailure::kProtocol;
  } else if (result == CURLE_OK || (is_early && incoming.has_whole_head)) {
    read_outcome(easy, options_.version, response);
  } else {
    response.error = reason_of(result, details, options_.version);
    response.failure = failure_of(result);
  }
  return response;
}

}  // namespace container_kit::telemetry::transport
