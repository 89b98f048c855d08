// Hexadecimal digits, in and out, without a branch a digit: ids are read and written with every request.
#pragma once

#include <array>
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

// Reads 2 * Size lower-case digits at `text`; false where one is none, and `out` then holds anything.
template <std::size_t Size>
bool read(const char* text, std::uint8_t* out) noexcept {
  unsigned seen = 0;
  for (std::size_t at = 0; at < Size; ++at) {
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
