// Compression of request bodies.
#pragma once

#include <string>
#include <string_view>

namespace container_kit::telemetry::transport {

// `plain` in gzip's format (RFC 1952), in place of what `compressed` held. False, where zlib has no memory
// for it: then the body is to be sent as it is.
bool gzip(std::string_view plain, std::string& compressed);

}  // namespace container_kit::telemetry::transport
