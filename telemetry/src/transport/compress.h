// Compression of request bodies.
#pragma once

#include <string>
#include <string_view>

#include <container_kit/telemetry/otlp_options.h>

namespace container_kit::telemetry::transport {

// `plain` in gzip's format (RFC 1952) or zstd's (RFC 8878), in place of what `compressed` held. False, where
// nothing is to be compressed or there is no memory for it: then the body is to be sent as it is.
bool compress(OtlpCompression how, std::string_view plain, std::string& compressed);

// As Content-Encoding and grpc-encoding name it: gzip, zstd; empty for none.
const char* encoding_name(OtlpCompression how) noexcept;

}  // namespace container_kit::telemetry::transport
