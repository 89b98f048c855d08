#include "http/incoming.h"

#include <boost/beast/http/error.hpp>

namespace container_kit::kit::http {
namespace beast = boost::beast;

Incoming::Incoming(const ServerLimits& limits) : limits_(limits) {
  parser_.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  parser_.body_limit(limits.body_bytes);
}

void Incoming::take_headers(const std::string& client) {
  request_.client = client;
  const auto& message = parser_.get();
  request_.method = message.method_string();
  request_.target = message.target();
  request_.is_http_1_0 = message.version() == 10;
  for (const auto& field : message) request_.headers.emplace_back(field.name_string(), field.value());
}

ApiError Incoming::error_of(beast::error_code failure, bool timed_out) const {
  using beast::http::error;
  if (timed_out) {
    return {408, "request_timeout",
            "the request was not complete after " + std::to_string(limits_.read.count()) + " ms", ""};
  }
  if (failure == error::body_limit) {
    return {413, "body_too_large", "the body is larger than " + std::to_string(limits_.body_bytes) + " bytes",
            ""};
  }
  if (failure == error::header_limit || failure == error::buffer_overflow) {
    return {431, "headers_too_large",
            "the request line and headers are larger than " + std::to_string(limits_.header_bytes) + " bytes",
            ""};
  }
  if (failure == error::bad_version) {
    return {505, "http_version_not_supported", "this server speaks HTTP/1.1 and HTTP/1.0", ""};
  }
  if (failure == error::partial_message) {
    return {400, "bad_request", "the request ended before it was complete", ""};
  }
  return {400, "bad_request", "this is not a valid HTTP request: " + failure.message(), ""};
}

std::optional<ApiError> Incoming::refuse_framing() const {
  const auto coding = request_.header("Transfer-Encoding");
  if (!coding.empty() && !equal_ignoring_case(coding, "chunked")) {
    return ApiError{501, "not_implemented", "the only transfer coding this server reads is chunked",
                    "Transfer-Encoding"};
  }
  const auto expect = request_.header("Expect");
  if (!expect.empty() && !equal_ignoring_case(expect, "100-continue")) {
    return ApiError{417, "expectation_failed", "the only expectation this server meets is 100-continue",
                    "Expect"};
  }
  return std::nullopt;
}

bool Incoming::wants_continue() const {
  return !request_.is_http_1_0 && !parser_.is_done() &&
         equal_ignoring_case(request_.header("Expect"), "100-continue");
}

}  // namespace container_kit::kit::http
