// UTF-8 as OTLP demands it of every string: valid, or made valid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace container_kit::telemetry::base {

bool is_valid_utf8(std::string_view text) noexcept;

// The text with each maximal ill-formed part replaced by one U+FFFD (Unicode 15, 3.9, "substitution of
// maximal subparts"). Stops before `limit` bytes of output would be exceeded, on a character's boundary.
// Returns the number of bytes written to `out`. `out` and `text` must not overlap.
std::size_t sanitize_utf8(std::string_view text, std::uint8_t* out, std::size_t limit) noexcept;
// How many bytes sanitize_utf8 writes.
std::size_t sanitized_utf8_size(std::string_view text, std::size_t limit) noexcept;
std::string sanitize_utf8(std::string_view text);

// The longest prefix of at most `limit` bytes that does not cut a character in two.
std::string_view truncate_utf8(std::string_view text, std::size_t limit) noexcept;

}  // namespace container_kit::telemetry::base
