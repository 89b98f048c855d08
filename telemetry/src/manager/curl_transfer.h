// One attempt of a request of an HttpClient, with libcurl.
//
// Thread safety: a CurlTransfer is used by one thread at a time.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <container_kit/telemetry/instrumented_http_client.h>

#include "base/deadline.h"
#include "transport/libcurl.h"

namespace container_kit::telemetry {

// How an attempt ended: with an answer, or with the kind of its failure.
struct Attempt {
  ClientResponse response;  // status 0: there was none
  std::string error_type = {};
  std::string message = {};
  bool was_connected = true;  // false: the request was certainly not sent
  bool is_timeout = false;
  bool is_invalid = false;  // the request is at fault: it will never be sent
  std::optional<std::chrono::milliseconds> retry_after = {};
};

class CurlTransfer {
 public:
  CurlTransfer() : easy_(transport::new_easy_handle()) {}
  ~CurlTransfer() { curl_easy_cleanup(easy_); }
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  // Keeps its connection for the next. `headers` are those of the request and of the propagator.
  Attempt perform(const ClientRequest& request, const HeaderList& headers, base::Deadline deadline);

 private:
  CURL* easy_;  // null: out of memory
};

// Where an URL leads to.
struct ServerPlace {
  std::string address;
  int port = 0;  // 0: it cannot be read
};
ServerPlace server_of(const std::string& url);

}  // namespace container_kit::telemetry
