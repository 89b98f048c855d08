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

// Copies `size` bytes by overlapping words of type Word, of which they hold one or two.
template <typename Word>
inline bool copy_two_words(std::uint8_t* out, const char* text, std::size_t size) noexcept {
  Word first;
  Word last;
  std::memcpy(&first, text, sizeof(Word));
  std::memcpy(&last, text + size - sizeof(Word), sizeof(Word));
  std::memcpy(out, &first, sizeof(Word));
  std::memcpy(out + size - sizeof(Word), &last, sizeof(Word));
  return ((first | last) & static_cast<Word>(kHighBits)) == 0;
}

// Copies `size` bytes and says whether all of them are ASCII. Short texts are copied by overlapping words, so
// that there is no loop and no call for the lengths that keys and attributes have.
inline bool copy_text(std::uint8_t* out, const char* text, std::size_t size) noexcept {
  if (size - 8 <= 8) return copy_two_words<std::uint64_t>(out, text, size);
  if (size > 16) {
    bool ascii = true;
    std::size_t at = 0;
    for (; at + 16 < size; at += 16) ascii &= copy_two_words<std::uint64_t>(out + at, text + at, 16);
    return ascii & copy_two_words<std::uint64_t>(out + size - 16, text + size - 16, 16);
  }
  if (size >= 4) return copy_two_words<std::uint32_t>(out, text, size);
  if (size >= 2) return copy_two_words<std::uint16_t>(out, text, size);
  if (size == 0) return true;
  out[0] = static_cast<std::uint8_t>(text[0]);
  return out[0] < 0x80;
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
