// Hexadecimal digits, in and out, without a branch a digit: ids are read and written with every request.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace container_kit::telemetry::hex {

constexpr std::uint8_t kNoDigit = 0xFF;

// The value of each lower-case digit, and kNoDigit for every other character.
constexpr std::array<std::uint8_t, 256> kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (unsigned digit = 0; digit < 10; ++digit) values['0' + digit] = static_cast<std::uint8_t>(digit);
  for (unsigned digit = 10; digit < 16; ++digit) values['a' + digit - 10] = static_cast<std::uint8_t>(digit);
  return values;
}();

// Both digits of each byte.
constexpr std::array<char, 512> kPairs = [] {
  std::array<char, 512> pairs{};
  constexpr char kDigits[] = "0123456789abcdef";
  for (unsigned byte = 0; byte < 256; ++byte) {
    pairs[2 * byte] = kDigits[byte >> 4U];
    pairs[2 * byte + 1] = kDigits[byte & 0x0FU];
  }
  return pairs;
}();

// Four bytes from eight lower-case digits at once, one in each byte of a word; false where one is none.
//
// Each addition below lifts a byte's top bit where the character is not below a bound; no byte is above 0x7F
// then, so none carries into the next.
inline bool read_eight(const char* text, std::uint8_t* out) noexcept {
  static_assert(std::endian::native == std::endian::little, "the first digit is the lowest byte");
  constexpr std::uint64_t kEach = 0x0101010101010101U;
  constexpr std::uint64_t kTop = 0x80 * kEach;
  const auto not_below = [](std::uint64_t digits, char bound) {
    return digits + (0x80U - static_cast<unsigned char>(bound)) * kEach;
  };
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  if ((word & kTop) != 0) return false;
  const std::uint64_t digits = not_below(word, '0') & ~not_below(word, '9' + 1) & kTop;
  const std::uint64_t letters = not_below(word, 'a') & ~not_below(word, 'f' + 1) & kTop;
  if ((digits | letters) != kTop) return false;
  word = (word & 0x0F * kEach) + (letters >> 7U) * 9;  // 'a' & 0x0F is 1
  word = (word << 4U | word >> 8U) & 0x00FF00FF00FF00FFU;
  word = (word | word >> 8U) & 0x0000FFFF0000FFFFU;
  const auto bytes = static_cast<std::uint32_t>(word | word >> 16U);
  std::memcpy(out, &bytes, sizeof bytes);
  return true;
}

// Reads 2 * Size lower-case digits at `text`; false where one is none, and `out` then holds anything.
template <std::size_t Size>
bool read(const char* text, std::uint8_t* out) noexcept {
  std::size_t at = 0;
  for (; at + 4 <= Size; at += 4) {
    if (!read_eight(text + 2 * at, out + at)) return false;
  }
  unsigned seen = 0;
  for (; at < Size; ++at) {
    const unsigned high = kValues[static_cast<unsigned char>(text[2 * at])];
    const unsigned low = kValues[static_cast<unsigned char>(text[2 * at + 1])];
    seen |= high | low;
    out[at] = static_cast<std::uint8_t>(high << 4U | low);
  }
  return seen <= 0x0F;
}

// Writes 2 * Size digits.
template <std::size_t Size>
void write(const std::uint8_t* bytes, char* out) noexcept {
  for (std::size_t at = 0; at < Size; ++at) std::memcpy(out + 2 * at, &kPairs[2 * std::size_t{bytes[at]}], 2);
}

}  // namespace container_kit::telemetry::hex
