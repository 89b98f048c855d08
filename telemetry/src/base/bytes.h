// Writing protobuf's wire format by hand: varints, fixed-width numbers and text, at a moving pointer.
//
// The caller has made room; nothing here checks bounds, nothing allocates. Source: protobuf.dev, "Encoding".
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace container_kit::telemetry::base {

static_assert(std::endian::native == std::endian::little,
              "fixed-width fields are stored as they lie in memory");

constexpr std::size_t varint_size(std::uint64_t value) noexcept {
  return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

inline std::uint8_t* put_varint(std::uint8_t* out, std::uint64_t value) noexcept {
  while (value >= 0x80) {
    *out++ = static_cast<std::uint8_t>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<std::uint8_t>(value);
  return out;
}

template <typename T>
inline std::uint8_t* put_fixed(std::uint8_t* out, T value) noexcept {
  std::memcpy(out, &value, sizeof value);
  return out + sizeof value;
}

inline std::uint64_t load64(const void* from) noexcept {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

inline std::uint32_t load32(const void* from) noexcept {
  std::uint32_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

constexpr std::uint64_t kHighBits = 0x8080808080808080;

// Copies `size` bytes and says whether all of them are ASCII. Short texts are copied by overlapping words, so
// that there is no loop and no call for the lengths that attributes have.
inline bool copy_text(std::uint8_t* out, const char* text, std::size_t size) noexcept {
  if (size >= 8) {
    std::uint64_t seen = 0;
    std::size_t at = 0;
    for (; at + 8 < size; at += 8) {
      const std::uint64_t word = load64(text + at);
      std::memcpy(out + at, &word, 8);
      seen |= word;
    }
    const std::uint64_t last = load64(text + size - 8);
    std::memcpy(out + size - 8, &last, 8);
    return ((seen | last) & kHighBits) == 0;
  }
  if (size >= 4) {
    const std::uint32_t first = load32(text);
    const std::uint32_t last = load32(text + size - 4);
    std::memcpy(out, &first, 4);
    std::memcpy(out + size - 4, &last, 4);
    return ((first | last) & 0x80808080U) == 0;
  }
  std::uint8_t seen = 0;
  for (std::size_t at = 0; at < size; ++at) {
    out[at] = static_cast<std::uint8_t>(text[at]);
    seen = static_cast<std::uint8_t>(seen | out[at]);
  }
  return (seen & 0x80) == 0;
}

// Copies between two buffers of ours that both have kCopySlack bytes beyond their end.
constexpr std::size_t kCopySlack = 32;
inline void copy_with_slack(std::uint8_t* out, const std::uint8_t* from, std::size_t size) noexcept {
  std::size_t at = 0;
  do {
    std::memcpy(out + at, from + at, kCopySlack);
    at += kCopySlack;
  } while (at < size);
}

}  // namespace container_kit::telemetry::base
