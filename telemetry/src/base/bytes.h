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

// What one pass over a short text tells: whether all of it is ASCII, and a number in which its first and last
// bytes are mixed, to tell a few keys apart.
struct TextSeen {
  std::uint64_t bits;
  std::uint64_t mixed;
  bool is_ascii() const noexcept { return (bits & kHighBits) == 0; }
};

// Reads, and where `out` is not null copies, the first and the last Word of a text; they may overlap.
template <typename Word>
inline TextSeen pass_ends(std::uint8_t* out, const char* text, std::size_t size) noexcept {
  Word first;
  Word last;
  std::memcpy(&first, text, sizeof(Word));
  std::memcpy(&last, text + size - sizeof(Word), sizeof(Word));
  if (out != nullptr) {
    std::memcpy(out, &first, sizeof(Word));
    std::memcpy(out + size - sizeof(Word), &last, sizeof(Word));
  }
  const std::uint64_t bits = first | last;
  return {bits, first + std::rotl(std::uint64_t{last}, 13)};
}

// Copies `size` bytes, where `out` is not null. Short texts are copied by overlapping words, so that there is
// no loop and no call for the lengths that keys and values have.
inline TextSeen pass_text(std::uint8_t* out, const char* text, std::size_t size) noexcept {
  if (size - 8 <= 8) return pass_ends<std::uint64_t>(out, text, size);
  if (size > 16) {
    TextSeen seen = pass_ends<std::uint64_t>(out, text, size);
    for (std::size_t at = 8; at + 8 < size; at += 8) {
      const std::uint64_t word = load64(text + at);
      if (out != nullptr) std::memcpy(out + at, &word, 8);
      seen.bits |= word;
    }
    return seen;
  }
  if (size >= 4) return pass_ends<std::uint32_t>(out, text, size);
  if (size >= 2) return pass_ends<std::uint16_t>(out, text, size);
  return size == 0 ? TextSeen{0, 0} : pass_ends<std::uint8_t>(out, text, size);
}

// Copies `size` bytes and says whether all of them are ASCII.
inline bool copy_text(std::uint8_t* out, const char* text, std::size_t size) noexcept {
  return pass_text(out, text, size).is_ascii();
}

// Copies between two buffers of ours that both have kCopySlack bytes beyond their end.
constexpr std::size_t kCopySlack = 64;
inline void copy_with_slack(std::uint8_t* out, const std::uint8_t* from, std::size_t size) noexcept {
  std::size_t at = 0;
  do {
    std::memcpy(out + at, from + at, kCopySlack);
    at += kCopySlack;
  } while (at < size);
}

}  // namespace container_kit::telemetry::base
