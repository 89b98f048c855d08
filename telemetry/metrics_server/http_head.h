// The head of an HTTP/1.x request, as far as a scrape needs it.
//
// Source: RFC 9112, sections 3 and 5. Pure functions; views on the text that was read.
#pragma once

#include <optional>
#include <string_view>

namespace container_kit::telemetry::metrics_server {

struct HttpHead {
  std::string_view method;
  std::string_view path;  // without the query
  std::string_view accept;
  std::string_view accept_encoding;
  std::string_view authorization;
};

// `text` ends with the empty line. Nothing where it is no head of HTTP/1.0 or 1.1.
std::optional<HttpHead> parse_head(std::string_view text);

}  // namespace container_kit::telemetry::metrics_server
