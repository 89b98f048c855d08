// A request while it is being read: Beast's parser, and how its errors are told to a client.
#pragma once

#include <optional>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <container_kit/kit/server.h>

#include "http/response.h"

namespace container_kit::kit::http {

class Incoming {
 public:
  explicit Incoming(const ServerLimits& limits);

  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  Parser& parser() { return parser_; }

  // Copies the request line and headers, as far as they were understood, into request(). `client` is whose
  // address it came from.
  void take_headers(const std::string& client);
  void take_body() { request_.body = std::move(parser_.get().body()); }
  const Request& request() const { return request_; }

  // What a failed read means to the client.
  ApiError error_of(boost::beast::error_code failure, bool timed_out) const;

  // Why this server cannot read the body that the headers announce, or nothing.
  std::optional<ApiError> refuse_framing() const;
  bool wants_continue() const;

  // The connection cannot be used again: what follows on it is not known to be a request.
  bool broken = false;

 private:
  const ServerLimits& limits_;
  Parser parser_;
  Request request_;
};

}  // namespace container_kit::kit::http
