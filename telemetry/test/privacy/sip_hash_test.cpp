#include "privacy/sip_hash.h"

#include <array>

#include <gtest/gtest.h>

namespace container_kit::telemetry::privacy {
namespace {

// The paper's appendix A and the reference implementation's vectors: key 00 01 … 0f, input 00 01 … (n-1).
TEST(SipHash, GivesThePapersValues) {
  const SipKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  std::array<char, 16> input{};
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<char>(i);
  EXPECT_EQ(SipHash(key)({input.data(), 15}), 0xa129ca6149be45e5U);
  EXPECT_EQ(SipHash(key)({input.data(), 0}), 0x726fdb47dd0e0e31U);
  EXPECT_EQ(SipHash(key)({input.data(), 8}), 0x93f5f5799a932462U);
}

}  // namespace
}  // namespace container_kit::telemetry::privacy
