// SipHash-2-4: a keyed hash of 64 bits, after the paper of Aumasson and Bernstein (2012).
//
// It is a pseudo-random function: without the key, nobody can tell a value from its hash by trying values
// out, which a hash without a key allows for e-mail addresses and card numbers. 64 bits tell the values of a
// service apart.
//
// Thread safety and ownership: plain values.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"

namespace container_kit::telemetry::privacy {

struct SipKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

class SipHash {
 public:
  explicit constexpr SipHash(const SipKey& key) noexcept
      : a_(key.first ^ 0x736F6D6570736575U),
        b_(key.second ^ 0x646F72616E646F6DU),
        c_(key.first ^ 0x6C7967656E657261U),
        d_(key.second ^ 0x7465646279746573U) {}

  std::uint64_t operator()(std::string_view text) noexcept {
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) compress(base::load64(text.data() + at));
    std::uint64_t last = static_cast<std::uint64_t>(text.size()) << 56U;
    for (std::size_t i = at; i < text.size(); ++i) {
      last |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])) << (8 * (i - at));
    }
    compress(last);
    c_ ^= 0xFFU;
    for (int round = 0; round < 4; ++round) mix();
    return a_ ^ b_ ^ c_ ^ d_;
  }

 private:
  void compress(std::uint64_t word) noexcept {
    d_ ^= word;
    mix();
    mix();
    a_ ^= word;
  }
  void mix() noexcept {
    a_ += b_;
    b_ = std::rotl(b_, 13) ^ a_;
    a_ = std::rotl(a_, 32);
    c_ += d_;
    d_ = std::rotl(d_, 16) ^ c_;
    a_ += d_;
    d_ = std::rotl(d_, 21) ^ a_;
    c_ += b_;
    b_ = std::rotl(b_, 17) ^ c_;
    c_ = std::rotl(c_, 32);
  }

  std::uint64_t a_;
  std::uint64_t b_;
  std::uint64_t c_;
  std::uint64_t d_;
};

}  // namespace container_kit::telemetry::privacy
