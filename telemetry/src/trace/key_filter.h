// KeyFilter: which keys a span's attributes may have already, so that a new key is known without looking.
//
// A Bloom filter of 256 bits with one hash: with the dozen attributes of a rich span, one new key in twenty
// is looked for in vain. Lies in the flight buffer's slots; not for concurrent use.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace container_kit::telemetry::trace {

class KeyFilter {
 public:
  // From what base::pass_text tells of the key. The multiplier, and the rotation there, keep forty common
  // keys of the semantic conventions apart.
  static constexpr std::uint64_t hash(std::uint64_t mixed, std::size_t size) noexcept {
    return (mixed + size) * 0xD6E8FEB86659FD93U >> 56U;
  }
  static std::uint64_t hash(std::string_view key) noexcept {
    return hash(base::pass_text(nullptr, key.data(), key.size()).mixed, key.size());
  }

  void clear() noexcept { words_ = {}; }
  bool may_have(std::uint64_t hash) const noexcept { return (words_[hash / 64] >> (hash % 64) & 1U) != 0; }
  void add(std::uint64_t hash) noexcept { words_[hash / 64] |= std::uint64_t{1} << (hash % 64); }

 private:
  std::array<std::uint64_t, 4> words_;
};

}  // namespace container_kit::telemetry::trace
