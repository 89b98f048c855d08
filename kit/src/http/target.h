// The parts of a request target (RFC 9112 section 3.2): "/path?query", or "http://host/path?query" as proxies
// send.
#pragma once

#include <string_view>

namespace container_kit::kit::http {

// The path, still percent-encoded and without the query; the target itself where it has neither form.
std::string_view path_of(std::string_view target);

// The host and port of the absolute form; empty otherwise.
std::string_view authority_of(std::string_view target);

}  // namespace container_kit::kit::http
