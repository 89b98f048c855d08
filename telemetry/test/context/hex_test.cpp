#include "context/hex.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace container_kit::telemetry {
namespace {

bool is_digit(unsigned character) {
  return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
}

// Every character in every place of a word, and of the rest that is no word.
TEST(Hex, ReadsEveryDigitAndNothingElseInEveryPlace) {
  for (std::size_t place = 0; place < 12; ++place) {
    for (unsigned character = 0; character < 256; ++character) {
      std::string text = "0f1e2d3c4b5a";
      text[place] = static_cast<char>(character);
      std::array<std::uint8_t, 6> bytes{};
      ASSERT_EQ(hex::read<6>(text.data(), bytes.data()), is_digit(character)) << place << " " << character;
      if (!is_digit(character)) continue;
      std::array<char, 12> back{};
      hex::write<6>(bytes.data(), back.data());
      ASSERT_EQ(std::string(back.data(), back.size()), text);
    }
  }
}

}  // namespace
}  // namespace container_kit::telemetry
