// is_plain_text: whether a short text is so plain that no detector can find anything in it.
//
// What a secret needs at the least: one of `: ; < = > ? @ A-Z [ \ ] ^ _`, which stand side by side in ASCII,
// a blank or a control character, or, as card numbers and old Slack tokens do, thirteen digits in a run.
// Everyday's values
// (`analyze`, `1.0.0`, `src/main.cpp`) have none of them, and are let pass by looking at their bytes side by
// side, 8 or 16 at once. Texts that do have one are not secret for that: they are looked at closely
// (scanner.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"

namespace container_kit::telemetry::privacy {

// No shorter text can hold a secret: `pw=a`.
constexpr std::size_t kShortestSecret = 4;
constexpr std::size_t kShortestCard = 13;

// Not 0 where one of the word's bytes may begin a secret, or is not ASCII. The bytes are compared by the
// carry into their high bits, which is free in ASCII: c + (0x80 - k) has it set where c >= k.
constexpr std::uint64_t triggers_of_word(std::uint64_t word) noexcept {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  const std::uint64_t from_colon = word + kEach * (0x80 - ':');
  const std::uint64_t from_backquote = word + kEach * (0x80 - '`');
  const std::uint64_t from_graphic = word + kEach * (0x80 - '!');
  return ((from_colon & ~from_backquote) | ~from_graphic | word) & base::kHighBits;
}

// Sixteen bytes that are compared at once; the compilers know what the machine has for it.
using Bytes16 [[gnu::vector_size(16)]] = unsigned char;
using SignedBytes16 [[gnu::vector_size(16)]] = signed char;
using Fours16 [[gnu::vector_size(16)]] = int;
using Words16 [[gnu::vector_size(16)]] = long long;

// -1 in each byte that is from kFirst to kLast. Signed bytes are what machines compare: the range is moved to
// the bottom of theirs.
template <unsigned char kFirst, unsigned char kLast>
inline auto bytes_from_to(Bytes16 bytes) noexcept {
  constexpr auto kBeyond = static_cast<signed char>(0x80 + kLast - kFirst + 1);
  return reinterpret_cast<SignedBytes16>(bytes + static_cast<unsigned char>(0x80 - kFirst)) < kBeyond;
}

// The same of sixteen bytes, for texts of kShortestCard or more. Four bytes of `-./0-9` count as well, where
// they stand at a multiple of four: thirteen in a row have such four among them, wherever the row begins.
inline Words16 triggers_of(Bytes16 bytes) noexcept {
  const auto marks = bytes_from_to<':', '_'>(bytes);
  const auto low = reinterpret_cast<SignedBytes16>(bytes) < '!';  // or not ASCII, which is negative
  const auto fours = reinterpret_cast<Fours16>(bytes_from_to<'-', '9'>(bytes)) == -1;
  return reinterpret_cast<Words16>(marks) | reinterpret_cast<Words16>(low) | reinterpret_cast<Words16>(fours);
}

inline bool is_plain_text(const char* text, std::size_t size) noexcept {
  if (size < kShortestCard) {
    if (size < kShortestSecret) return true;
    if (size < 8) {
      return triggers_of_word(base::load32(text) | std::uint64_t{base::load32(text + size - 4)} << 32U) == 0;
    }
    return (triggers_of_word(base::load64(text)) | triggers_of_word(base::load64(text + size - 8))) == 0;
  }
  Bytes16 last;
  if (size < sizeof last) {
    const Words16 words = {static_cast<long long>(base::load64(text)),
                           static_cast<long long>(base::load64(text + size - 8))};
    last = reinterpret_cast<Bytes16>(words);
  } else {
    std::memcpy(&last, text + size - sizeof last, sizeof last);
  }
  Words16 triggers = triggers_of(last);
  for (std::size_t at = 0; at + sizeof last < size; at += sizeof last) {
    Bytes16 bytes;
    std::memcpy(&bytes, text + at, sizeof bytes);
    triggers |= triggers_of(bytes);
  }
  return (triggers[0] | triggers[1]) == 0;
}

}  // namespace container_kit::telemetry::privacy
