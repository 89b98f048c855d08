// KnownKeys: what was decided of the keys that were seen lately, so that a key costs a hash and one load.
//
// A direct-mapped table of 64-bit words: 61 bits of a keyed fingerprint of the whole key, and the verdict.
// Two keys share a fingerprint once in 2^61, and nobody can look for such a pair without the seed, which is
// another in each process.
//
// Thread safety: any thread, any time; a word is read and written whole, and whoever comes last wins.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace container_kit::telemetry::privacy {

// What becomes of an attribute, as far as its key tells.
enum class Verdict : std::uint8_t {
  kUnknown,
  kScan,  // the detectors look at its texts
  kKeep,  // as it is
  kAsk,   // a rule may fit the value
  kDrop,
  kMask,
  kHash,
};

class KnownKeys {
 public:
  explicit KnownKeys(std::uint64_t seed) noexcept : seed_(seed) {}

  // Of a key of 1 to kLongest bytes.
  static constexpr std::size_t kLongest = 48;
  Verdict find(std::string_view key) const noexcept {
    const std::uint64_t print = fingerprint(key);
    const std::uint64_t word = words_[place(print)].load(std::memory_order_relaxed);
    return ((word ^ print) & ~kVerdictBits) == 0 ? static_cast<Verdict>(word & kVerdictBits)
                                                 : Verdict::kUnknown;
  }
  void add(std::string_view key, Verdict verdict) noexcept {
    const std::uint64_t print = fingerprint(key);
    words_[place(print)].store((print & ~kVerdictBits) | static_cast<std::uint64_t>(verdict),
                               std::memory_order_relaxed);
  }

 private:
  static constexpr std::uint64_t kVerdictBits = 7;
  static constexpr std::size_t kWords = 1024;
  __extension__ using Wide = unsigned __int128;

  static std::size_t place(std::uint64_t print) noexcept { return print >> 32U & (kWords - 1); }
  static std::uint64_t multiply(std::uint64_t a, std::uint64_t b) noexcept {
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
  }
  // The first and the last eight bytes, and what is between them, multiplied by each other and the seed.
  std::uint64_t fingerprint(std::string_view key) const noexcept {
    const char* const text = key.data();
    const std::size_t size = key.size();
    if (size < 8) return fingerprint_of_short(key);
    std::uint64_t last = base::load64(text + size - 8);
    for (std::size_t at = 8; at + 8 < size; at += 8)
      last ^= multiply(last ^ kOdd, base::load64(text + at) ^ seed_);
    return multiply(base::load64(text) ^ seed_, last ^ (kOdd + size));
  }
  std::uint64_t fingerprint_of_short(std::string_view key) const noexcept {
    const char* const text = key.data();
    const std::size_t size = key.size();
    std::uint64_t word = 0;
    if (size >= 4) {
      word = base::load32(text) | std::uint64_t{base::load32(text + size - 4)} << 32U;
    } else {
      const auto byte = [text](std::size_t at) {
        return std::uint64_t{static_cast<unsigned char>(text[at])};
      };
      word = byte(0) | byte(size / 2) << 8U | byte(size - 1) << 16U;
    }
    return multiply(word ^ seed_, kOdd + size);
  }

  static constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
  std::uint64_t seed_;
  std::array<std::atomic<std::uint64_t>, kWords> words_{};
};

}  // namespace container_kit::telemetry::privacy
