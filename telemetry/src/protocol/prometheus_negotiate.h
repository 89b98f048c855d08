// Reads the two request headers that decide how an exposition is sent.
//
// Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace container_kit::telemetry::protocol {

// Whether an Accept-Encoding header allows gzip: listed, by name or `*`, with a weight above 0.
bool accepts_gzip(std::string_view accept_encoding) noexcept;

// `text` as a gzip file. False when zlib refuses; `out` is then unchanged.
bool gzip(std::string_view text, std::string& out);

}  // namespace container_kit::telemetry::protocol
