#include "manager/curl_transfer.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/ascii.h"

namespace container_kit::telemetry {
namespace {

constexpr curl_off_t kLongestRetryAfter = 3'600;
constexpr std::size_t kMaxHeaderBytes = std::size_t{256} << 10;

struct Incoming {
  ClientResponse& response;
  std::size_t max_body;
  std::size_t header_bytes = 0;
  bool is_too_large = false;
};

std::size_t keep_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& incoming = *static_cast<Incoming*>(user);
  if (incoming.response.body.size() + size > incoming.max_body) {
    incoming.is_too_large = true;
    return 0;  // ends the transfer
  }
  incoming.response.body.append(data, size);
  return size;
}

// A status line begins an answer; what came before belonged to an interim one.
std::size_t keep_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& incoming = *static_cast<Incoming*>(user);
  incoming.header_bytes += size;
  if (incoming.header_bytes > kMaxHeaderBytes) {
    incoming.is_too_large = true;
    return 0;
  }
  const std::string_view line = base::trim({data, size}, base::kLineSpace);
  const std::size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    incoming.response.headers = {};
  } else if (colon != std::string_view::npos && colon > 0) {
    incoming.response.headers.add(line.substr(0, colon),
                                  base::trim(line.substr(colon + 1), base::kLineSpace));
  }
  return size;
}

using HeaderLines = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

HeaderLines lines_of(const HeaderList& headers) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");  // no round trip before the body
  for (const auto& [name, value] : headers) {
    // libcurl takes "name;" for a header that is empty.
    list = curl_slist_append(list, (value.empty() ? name + ";" : name + ": " + value).c_str());
  }
  return {list, &curl_slist_free_all};
}

void set_method(CURL* easy, const ClientRequest& request) {
  const bool has_body = !request.body.empty();
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (has_body || request.method == "POST") {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_options(CURL* easy, const ClientRequest& request, base::Deadline deadline) {
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // giving up does not wait for the name server
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, std::max(1L, static_cast<long>(deadline.remaining().count())));
  set_method(easy, request);
}

// Of few values, as error.type has to be.
std::string error_type_of(CURLcode code, bool is_too_large) {
  if (is_too_large) return "response_too_large";
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return "timeout";
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "host_not_found";
    case CURLE_COULDNT_CONNECT:
      return "connection_failed";
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return "invalid_url";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return "tls_failed";
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
      return "connection_lost";
    default:
      return "transfer_failed";
  }
}

bool was_connected(CURLcode code) {
  return code != CURLE_COULDNT_RESOLVE_HOST && code != CURLE_COULDNT_RESOLVE_PROXY &&
         code != CURLE_COULDNT_CONNECT;
}

void read_answer(CURL* easy, Attempt& attempt) {
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  attempt.response.status = static_cast<int>(status);
  curl_off_t seconds = 0;  // also of a date
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
  if (seconds > 0) attempt.retry_after = std::chrono::seconds(std::min(seconds, kLongestRetryAfter));
}

}  // namespace

Attempt CurlTransfer::perform(const ClientRequest& request, const HeaderList& headers,
                              base::Deadline deadline) {
  Attempt attempt;
  if (easy_ == nullptr) {
    attempt.error_type = "out_of_memory";
    attempt.message = "libcurl cannot be used: out of memory";
    return attempt;
  }
  Incoming incoming{attempt.response, request.max_response_bytes};
  const HeaderLines lines = lines_of(headers);
  char details[CURL_ERROR_SIZE] = "";
  curl_easy_reset(easy_);  // keeps connections
  set_options(easy_, request, deadline);
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, lines.get());
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &keep_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &incoming);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &keep_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, &incoming);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, details);
  const CURLcode code = curl_easy_perform(easy_);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, nullptr);
  if (code == CURLE_OK) {
    read_answer(easy_, attempt);
    return attempt;
  }
  attempt.response = {};
  attempt.error_type = error_type_of(code, incoming.is_too_large);
  attempt.message = details[0] != '\0' ? details : curl_easy_strerror(code);
  attempt.was_connected = was_connected(code);
  attempt.is_timeout = code == CURLE_OPERATION_TIMEDOUT;
  attempt.is_invalid = attempt.error_type == "invalid_url";
  return attempt;
}

ServerPlace server_of(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), &curl_url_cleanup);
  ServerPlace place;
  if (parsed == nullptr || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
    return place;
  char* part = nullptr;
  if (curl_url_get(parsed.get(), CURLUPART_HOST, &part, 0) == CURLUE_OK) place.address = part;
  curl_free(part);
  part = nullptr;
  constexpr int kBase = 10;
  if (curl_url_get(parsed.get(), CURLUPART_PORT, &part, CURLU_DEFAULT_PORT) == CURLUE_OK) {
    place.port = static_cast<int>(std::strtol(part, nullptr, kBase));
  }
  curl_free(part);
  return place;
}

// Built anew, since a list of libcurl's has no way to take one out.
void CurlHeaders::set(std::string_view name, std::string_view value) {
  curl_slist* fresh = nullptr;
  for (const curl_slist* line = list_; line != nullptr; line = line->next) {
    const std::string_view text = line->data;
    const std::string_view its_name = text.substr(0, std::min(text.find_first_of(":;"), text.size()));
    if (!HeaderList::is_same_name(its_name, name)) fresh = curl_slist_append(fresh, line->data);
  }
  fresh = curl_slist_append(fresh, (std::string(name) + ": ").append(value).c_str());
  curl_slist_free_all(list_);
  list_ = fresh;
}

}  // namespace container_kit::telemetry
