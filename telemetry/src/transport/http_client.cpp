#include "transport/http_client.h"

#include <charconv>
#include <mutex>

#include <curl/curl.h>
#include <pthread.h>

#include <container_kit/telemetry/version.h>

namespace container_kit::telemetry::transport {
namespace {

constexpr std::size_t kMaxResponse = std::size_t{4} << 20;
// How often curl looks whether it was cancelled.
constexpr long kPollMilliseconds = 20;

// libcurl's own initialisation takes long, and has locks: a child that is forked meanwhile would wait for
// them for good. So a fork waits for it. The handlers are there from the start of the program, since a
// registration at the first use could itself be interrupted by a fork.
std::mutex& curl_mutex() {
  static std::mutex& mutex = *new std::mutex();  // never destroyed
  return mutex;
}
[[maybe_unused]] const int kForkHandlers =
    pthread_atfork([] { curl_mutex().lock(); }, [] { curl_mutex().unlock(); }, [] { curl_mutex().unlock(); });

// Precondition: the mutex is held.
void initialize_curl() {
  static bool initialized = false;
  if (!initialized) initialized = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

std::size_t keep_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& body = static_cast<HttpResponse*>(user)->body;
  if (body.size() + size > kMaxResponse) return 0;  // ends the transfer
  body.append(data, size);
  return size;
}

std::size_t keep_header(char* data, std::size_t, std::size_t size, void* user) {
  constexpr std::string_view kName = "retry-after:";
  const std::string_view line(data, size);
  const bool is_retry_after =
      line.size() > kName.size() && curl_strnequal(line.data(), kName.data(), kName.size()) != 0;
  if (is_retry_after) {
    const std::size_t value_at = line.find_first_not_of(" \t", kName.size());
    long seconds = 0;
    if (value_at != std::string_view::npos) {
      const auto parsed = std::from_chars(line.data() + value_at, line.data() + line.size(), seconds);
      if (parsed.ec == std::errc() && seconds >= 0) {
        static_cast<HttpResponse*>(user)->retry_after = std::chrono::seconds(seconds);
      }
    }
  }
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
  curl_slist* get() const noexcept { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

}  // namespace

struct HttpClient::Handle {
  CURL* easy = nullptr;
  CURLM* multi = nullptr;
};

HttpClient::HttpClient() : handle_(std::make_unique<Handle>()) {
  const std::lock_guard lock(curl_mutex());
  initialize_curl();
  handle_->easy = curl_easy_init();
  handle_->multi = curl_multi_init();
}

HttpClient::~HttpClient() {
  curl_easy_cleanup(handle_->easy);
  curl_multi_cleanup(handle_->multi);
}

namespace {

void set_options(CURL* easy, const HttpRequest& request, const HeaderList& headers, HttpResponse& response,
                 Progress& progress) {
  const std::string user_agent = "OTel-OTLP-Exporter-Cpp/" + std::string(version());
  curl_easy_reset(easy);  // keeps connections
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // Without it, giving a transfer up waits for the thread that resolves the name, whatever the deadline.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(progress.deadline.remaining().count()) + 1);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &keep_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &response);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &keep_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &response);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &stop_when_cancelled);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &progress);
}

// Runs the transfer in short steps, so that a cancellation is seen within kPollMilliseconds whatever the peer
// does.
CURLcode perform(CURLM* multi, CURL* easy, Progress& progress) {
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
  curl_multi_remove_handle(multi, easy);
  return result;
}

}  // namespace

HttpResponse HttpClient::post(const HttpRequest& request, base::Deadline deadline) {
  HttpResponse response;
  if (handle_->easy == nullptr || handle_->multi == nullptr) {
    response.error = "libcurl cannot be used: out of memory";
    return response;
  }
  HeaderList headers;
  headers.add("Content-Type: " + request.content_type);
  if (!request.content_encoding.empty()) headers.add("Content-Encoding: " + request.content_encoding);
  headers.add("Expect:");  // no round trip before the body
  for (const auto& [name, value] : request.headers) headers.add(name + ": " + value);
  Progress progress{&cancelled_, deadline};
  set_options(handle_->easy, request, headers, response, progress);
  const CURLcode result = perform(handle_->multi, handle_->easy, progress);
  if (result == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(handle_->easy, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
  } else {
    response.status = 0;
    response.error = curl_easy_strerror(result);
  }
  return response;
}

}  // namespace container_kit::telemetry::transport
