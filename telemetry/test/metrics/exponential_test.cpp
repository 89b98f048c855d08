#include "metrics/exponential.h"

#include <cmath>
#include <limits>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace container_kit::telemetry::metrics {
namespace {

// The definition, computed plainly: base^i < v <= base^(i+1), with logarithms of long double and a
// correction.
std::int32_t reference_index(double value, int scale) {
  if (scale <= 0) {
    int exponent = 0;
    const double fraction =
        std::frexp(value, &exponent);  // value = fraction * 2^exponent, fraction in [0.5, 1)
    const int octave = fraction == 0.5 ? exponent - 2 : exponent - 1;
    return static_cast<std::int32_t>(std::floor(octave / std::ldexp(1.0, -scale)));
  }
  const long double place = std::log2(static_cast<long double>(value)) * std::ldexp(1.0L, scale);
  return static_cast<std::int32_t>(std::ceil(place)) - 1;
}

std::vector<double> interesting_values(std::uint32_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::vector<double> values = {std::numeric_limits<double>::min(),
                                std::numeric_limits<double>::max(),
                                std::numeric_limits<double>::denorm_min(),
                                1.0,
                                2.0,
                                4.0,
                                0.5,
                                1e-300,
                                1e300};
  while (values.size() < count) {
    const auto value = std::bit_cast<double>(random() & ~(std::uint64_t{1} << 63U));
    if (std::isfinite(value) && value > 0) values.push_back(value);
  }
  return values;
}

using Counts = std::map<std::int32_t, std::uint64_t>;

Counts as_map(const ExponentialCounts& counts) {
  Counts map;
  for (std::size_t i = 0; i < counts.counts.size(); ++i) {
    if (counts.counts[i] != 0) map[counts.offset + static_cast<std::int32_t>(i)] = counts.counts[i];
  }
  return map;
}

Counts reference_counts(const std::vector<double>& values, int scale) {
  Counts map;
  for (const double value : values) ++map[reference_index(value, scale)];
  return map;
}

// One copy, as a thread has it.
struct Copy {
  explicit Copy(const ExponentialLayout& of) : layout(of), words(new detail::Word[of.words()]()) {}
  void record(double value) { layout.record(words.get(), value); }
  ExponentialCounts read() const { return layout.read(words.get()); }

  const ExponentialLayout& layout;
  std::unique_ptr<detail::Word[]> words;
};

TEST(ExponentialIndex, AgreesWithTheDefinitionAtEveryScale) {
  const std::vector<double> values = interesting_values(1, 3000);
  for (int scale = kMinScale; scale <= kMaxScale; ++scale) {
    for (const double value : values) {
      // Beyond this scale a double cannot hold the difference between a value far from 1 and its bound.
      if (scale > 12 && (value < 1e-3 || value > 1e3)) continue;
      ASSERT_EQ(exponential_index(value, scale), reference_index(value, scale))
          << value << " at scale " << scale;
    }
  }
}

TEST(ExponentialIndex, PowersOfTwoEndTheirBucket) {
  for (int scale = 0; scale <= kMaxScale; ++scale) {
    for (int power = -20; power <= 20; ++power) {
      const auto expected = static_cast<std::int32_t>(std::ldexp(power, scale)) - 1;
      ASSERT_EQ(exponential_index(std::ldexp(1.0, power), scale), expected) << power << " at scale " << scale;
    }
  }
}

TEST(ExponentialIndex, HalvingTheIndexIsTheNextCoarserScale) {
  for (const double value : interesting_values(2, 2000)) {
    for (int scale = kMinScale + 1; scale <= kMaxScale; ++scale) {
      ASSERT_EQ(exponential_index(value, scale) >> 1, exponential_index(value, scale - 1))
          << value << " " << scale;
    }
  }
}

TEST(ExponentialLayout, StartsAtTheFinestScaleAndKeepsZeroesApart) {
  const ExponentialLayout layout(160, 20);
  Copy copy(layout);
  copy.record(0);
  EXPECT_EQ(copy.read().counts.size(), 0U);
  copy.record(1.5);
  EXPECT_EQ(copy.read().scale, 20);
  EXPECT_EQ(copy.read().zero_count, 1U);
  EXPECT_EQ(copy.read().total(), 2U);
}

TEST(ExponentialLayout, CountsAsTheReferenceDoesWhateverComes) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    std::mt19937_64 random(seed);
    const ExponentialLayout layout(static_cast<std::uint32_t>(2 + random() % 200), 20);
    Copy copy(layout);
    const double spread = std::ldexp(1.0, static_cast<int>(random() % 9));
    std::vector<double> values;
    for (int i = 0; i < 300; ++i) {
      const double power = spread * (static_cast<double>(random() % 2000) / 1000.0 - 1.0);
      values.push_back(std::exp2(power));
      copy.record(values.back());
    }
    const ExponentialCounts counts = copy.read();
    ASSERT_EQ(as_map(counts), reference_counts(values, counts.scale)) << "seed " << seed;
    ASSERT_LE(counts.counts.size(), layout.max_size());
    // No finer scale would have fitted.
    const Counts finer = reference_counts(values, counts.scale + 1);
    const auto needed = static_cast<std::uint32_t>(finer.rbegin()->first - finer.begin()->first + 1);
    ASSERT_TRUE(counts.scale == 20 || needed > layout.max_size()) << "seed " << seed;
  }
}

TEST(ExponentialLayout, TakesExtremeValues) {
  const ExponentialLayout layout(160, 20);
  Copy copy(layout);
  const std::vector<double> values = interesting_values(3, 500);
  for (const double value : values) copy.record(value);
  const ExponentialCounts counts = copy.read();
  EXPECT_EQ(as_map(counts), reference_counts(values, counts.scale));
  EXPECT_EQ(counts.total(), values.size());
}

TEST(ExponentialCounts, MergingCopiesIsRecordingIntoOne) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    std::mt19937_64 random(seed);
    const ExponentialLayout layout(40, 20);
    ExponentialCounts merged;
    Copy all(layout);
    for (int part = 0; part < 4; ++part) {
      Copy copy(layout);
      const double center = static_cast<double>(random() % 40) - 20;
      for (int i = 0; i < 50; ++i) {
        const double value = i == 7 ? 0 : std::exp2(center + static_cast<double>(random() % 1000) / 400.0);
        copy.record(value);
        all.record(value);
      }
      merged.merge(copy.read(), layout.max_size());
    }
    const ExponentialCounts whole = all.read();
    ASSERT_EQ(merged.scale, whole.scale) << "seed " << seed;
    ASSERT_EQ(as_map(merged), as_map(whole)) << "seed " << seed;
    ASSERT_EQ(merged.zero_count, whole.zero_count);
  }
}

TEST(ExponentialCounts, SubtractingAnEarlierStateLeavesWhatCameAfter) {
  const ExponentialLayout layout(20, 20);
  Copy copy(layout);
  std::mt19937_64 random(5);
  for (int i = 0; i < 100; ++i) copy.record(1.0 + static_cast<double>(random() % 1000) / 1000.0);
  const ExponentialCounts before = copy.read();
  std::vector<double> later;
  for (int i = 0; i < 100; ++i) {
    later.push_back(std::exp2(static_cast<double>(random() % 30) - 15.3));
    copy.record(later.back());
  }
  ExponentialCounts counts = copy.read();
  ASSERT_LT(counts.scale, before.scale);
  counts.subtract(before);
  EXPECT_EQ(as_map(counts), reference_counts(later, counts.scale));
}

}  // namespace
}  // namespace container_kit::telemetry::metrics
