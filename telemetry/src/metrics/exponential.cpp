#include "metrics/exponential.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <thread>
#include <utility>

#include <container_kit/telemetry/instruments.h>

namespace container_kit::telemetry::metrics {
namespace {

using detail::read_word;
using detail::Word;

constexpr unsigned kMantissaBits = 52;
constexpr std::uint64_t kMantissaMask = (std::uint64_t{1} << kMantissaBits) - 1;
constexpr int kExponentBias = 1023;

// Up to this scale an octave's bounds are kept in a table, and comparing with them is exact: none of them but
// the octave's own is a double, so that "above" and "not below" are the same.
constexpr int kTableScale = 7;
constexpr std::size_t kTableSize = std::size_t{1} << kTableScale;

struct OctaveTable {
  std::array<std::uint64_t, kTableSize + 1> bounds{};  // mantissas of 2^(k/128), rounded down; a sentinel
  std::array<std::uint8_t, kTableSize> starts{};       // by the mantissa's leading bits: where to begin

  OctaveTable() {
    for (std::size_t k = 1; k < kTableSize; ++k) {
      const long double bound = std::exp2(static_cast<long double>(k) / kTableSize);
      bounds[k] = static_cast<std::uint64_t>(std::ldexp(bound - 1.0L, kMantissaBits));
    }
    bounds[kTableSize] = std::numeric_limits<std::uint64_t>::max();
    for (std::size_t h = 0; h < kTableSize; ++h) {
      const std::uint64_t mantissa = static_cast<std::uint64_t>(h) << (kMantissaBits - kTableScale);
      std::size_t k = 0;
      while (k + 1 < kTableSize && mantissa > bounds[k + 1]) ++k;
      starts[h] = static_cast<std::uint8_t>(k);
    }
  }
};

const OctaveTable& octave_table() noexcept {
  static const OctaveTable table;
  return table;
}

struct Parts {
  std::int32_t exponent;
  std::uint64_t mantissa;
};

Parts split(double value) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto biased = static_cast<std::int32_t>(bits >> kMantissaBits);
  if (biased != 0) [[likely]] {
    return {biased - kExponentBias, bits & kMantissaMask};
  }
  // Subnormal: shift the leading one up to where a normal number has it.
  const int shift = std::countl_zero(bits) - static_cast<int>(63 - kMantissaBits);
  return {1 - kExponentBias - shift, bits << static_cast<unsigned>(shift) & kMantissaMask};
}

std::int32_t fine_index(Parts parts, int scale) noexcept {
  // An octave's own bound is the only one that a double hits.
  const auto octave = static_cast<std::int32_t>(static_cast<std::uint32_t>(parts.exponent) << scale);
  if (parts.mantissa == 0) return octave - 1;
  const double within = std::log2(1.0 + std::ldexp(static_cast<double>(parts.mantissa), -52));
  const double place = std::ceil(std::ldexp(within, scale)) - 1;
  const double most = std::ldexp(1.0, scale) - 1;
  return octave + static_cast<std::int32_t>(std::clamp(place, 0.0, most));
}

inline std::int32_t table_index(Parts parts) noexcept {
  const auto octave = static_cast<std::int32_t>(static_cast<std::uint32_t>(parts.exponent) << kTableScale);
  if (parts.mantissa == 0) return octave - 1;
  const OctaveTable& table = octave_table();
  std::int32_t k = table.starts[parts.mantissa >> (kMantissaBits - kTableScale)];
  while (parts.mantissa > table.bounds[static_cast<std::size_t>(k) + 1]) ++k;
  return octave + k;
}

// How often two ends must be halved until they lie within `size` of each other.
unsigned shift_to_fit(std::int32_t first, std::int32_t last, std::uint32_t size) noexcept {
  unsigned shift = 0;
  while (static_cast<std::int64_t>(last >> shift) - (first >> shift) >= size) ++shift;
  return shift;
}

std::int32_t to_index(const Word& word) noexcept {
  return static_cast<std::int32_t>(static_cast<std::int64_t>(word.load(std::memory_order_acquire)));
}

void store(Word& word, std::int64_t value) noexcept {
  word.store(static_cast<std::uint64_t>(value), std::memory_order_release);
}

}  // namespace

std::int32_t exponential_index(double value, int scale) noexcept {
  const Parts parts = split(value);
  if (scale <= kTableScale) [[likely]] {
    return table_index(parts) >> (kTableScale - scale);
  }
  return fine_index(parts, scale);
}

double exponential_bound(std::int32_t index, int scale) noexcept {
  const long double power = std::ldexp(static_cast<long double>(index), -scale);
  return static_cast<double>(std::exp2(power));
}

ExponentialLayout::ExponentialLayout(std::uint32_t max_size, int max_scale) noexcept
    : max_size_(std::clamp<std::uint32_t>(max_size, 2, 1024)),
      mask_(std::bit_ceil(max_size_) - 1),
      max_scale_(std::clamp(max_scale, kMinScale, kMaxScale)) {}

// The bucket last, with release: whoever sees a measurement counted finds it in the sum as well.
void ExponentialLayout::record(Word* cell, double value) const noexcept {
  detail::record_extremes(cell, generation.load(std::memory_order_relaxed), value);
  if (value == 0) [[unlikely]] {
    cell[kZeroes].store(read_word(cell[kZeroes]) + 1, std::memory_order_release);
  } else {
    const auto bucket_of = [&] {
      return exponential_index(value, max_scale_ - static_cast<int>(read_word(cell[kShift])));
    };
    std::int32_t index = bucket_of();
    const auto first = static_cast<std::int64_t>(read_word(cell[kFirst]));
    const auto last = static_cast<std::int64_t>(read_word(cell[kLast]));
    if (index < first || index > last || read_word(cell[kUsed]) == 0) [[unlikely]] {
      make_room(cell, value);
      index = bucket_of();
    }
    Word& bucket = cell[kBuckets + (static_cast<std::uint32_t>(index) & mask_)];
    bucket.store(read_word(bucket) + 1, std::memory_order_release);
  }
}

void ExponentialLayout::make_room(Word* cell, double value) const noexcept {
  const auto scale = max_scale_ - static_cast<int>(read_word(cell[kShift]));
  const std::int32_t index = exponential_index(value, scale);
  const bool used = read_word(cell[kUsed]) != 0;
  const std::int32_t first = used ? std::min(to_index(cell[kFirst]), index) : index;
  const std::int32_t last = used ? std::max(to_index(cell[kLast]), index) : index;
  const unsigned shift = shift_to_fit(first, last, max_size_);
  const std::uint64_t sequence = read_word(cell[kSequence]);
  cell[kSequence].store(sequence + 1, std::memory_order_relaxed);
  if (shift != 0 && used) move_buckets(cell, to_index(cell[kFirst]), to_index(cell[kLast]), shift);
  store(cell[kShift], static_cast<std::int64_t>(read_word(cell[kShift]) + shift));
  store(cell[kFirst], first >> shift);
  store(cell[kLast], last >> shift);
  store(cell[kUsed], 1);
  cell[kSequence].store(sequence + 2, std::memory_order_release);
}

void ExponentialLayout::move_buckets(Word* cell, std::int32_t first, std::int32_t last,
                                     unsigned shift) const noexcept {
  std::array<std::uint64_t, 1024> moved{};
  for (std::int32_t index = first; index <= last; ++index) {
    Word& bucket = cell[kBuckets + (static_cast<std::uint32_t>(index) & mask_)];
    moved[static_cast<std::uint32_t>(index >> shift) & mask_] += read_word(bucket);
    store(bucket, 0);
  }
  for (std::int32_t index = first >> shift; index <= last >> shift; ++index) {
    const std::uint32_t slot = static_cast<std::uint32_t>(index) & mask_;
    cell[kBuckets + slot].store(moved[slot], std::memory_order_release);
  }
}

ExponentialCounts ExponentialLayout::read(const Word* cell) const {
  ExponentialCounts counts;
  for (;;) {
    const std::uint64_t sequence = cell[kSequence].load(std::memory_order_acquire);
    if (sequence % 2 != 0) {
      std::this_thread::yield();
      continue;
    }
    counts.scale = max_scale_ - to_index(cell[kShift]);
    counts.offset = to_index(cell[kFirst]);
    const std::int32_t last = to_index(cell[kLast]);
    const bool used = cell[kUsed].load(std::memory_order_acquire) != 0;
    // Ends that do not belong together can be seen while buckets move; the sequence tells, the size must
    // hold.
    const auto size =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(last) - counts.offset + 1, 0, mask_ + 1);
    counts.counts.resize(used ? static_cast<std::size_t>(size) : 0);
    for (std::size_t i = 0; i < counts.counts.size(); ++i) {
      const std::uint32_t slot =
          (static_cast<std::uint32_t>(counts.offset) + static_cast<std::uint32_t>(i)) & mask_;
      counts.counts[i] = cell[kBuckets + slot].load(std::memory_order_acquire);
    }
    counts.zero_count = cell[kZeroes].load(std::memory_order_acquire);
    if (cell[kSequence].load(std::memory_order_relaxed) == sequence) return counts;
  }
}

void ExponentialCounts::reduce(int to) {
  const auto shift = static_cast<unsigned>(scale - to);
  scale = to;
  if (shift == 0 || counts.empty()) return;
  const std::int32_t first = offset >> shift;
  const std::int32_t last = (offset + static_cast<std::int32_t>(counts.size()) - 1) >> shift;
  std::vector<std::uint64_t> reduced(static_cast<std::size_t>(last - first) + 1);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    reduced[static_cast<std::size_t>(((offset + static_cast<std::int32_t>(i)) >> shift) - first)] +=
        counts[i];
  }
  offset = first;
  counts = std::move(reduced);
}

void ExponentialCounts::merge(ExponentialCounts other, std::uint32_t max_size) {
  zero_count += other.zero_count;
  if (other.counts.empty()) return;
  if (counts.empty()) {
    const std::uint64_t zeroes = zero_count;
    const int common = std::min(scale, other.scale);
    *this = std::move(other);
    zero_count = zeroes;
    return reduce(common);
  }
  const int common = std::min(scale, other.scale);
  reduce(common);
  other.reduce(common);
  const auto end_of = [](const ExponentialCounts& c) {
    return c.offset + static_cast<std::int32_t>(c.counts.size()) - 1;
  };
  const unsigned shift =
      shift_to_fit(std::min(offset, other.offset), std::max(end_of(*this), end_of(other)), max_size);
  reduce(common - static_cast<int>(shift));
  other.reduce(common - static_cast<int>(shift));
  const std::int32_t first = std::min(offset, other.offset);
  const std::int32_t last = std::max(end_of(*this), end_of(other));
  counts.insert(counts.begin(), static_cast<std::size_t>(offset - first), 0);
  counts.resize(static_cast<std::size_t>(last - first) + 1);
  offset = first;
  for (std::size_t i = 0; i < other.counts.size(); ++i) {
    counts[static_cast<std::size_t>(other.offset - first) + i] += other.counts[i];
  }
}

void ExponentialCounts::subtract(ExponentialCounts before) {
  zero_count -= before.zero_count;
  if (before.counts.empty()) return;
  before.reduce(scale);
  for (std::size_t i = 0; i < before.counts.size(); ++i) {
    counts[static_cast<std::size_t>(before.offset - offset) + i] -= before.counts[i];
  }
}

std::uint64_t ExponentialCounts::total() const noexcept {
  std::uint64_t total = zero_count;
  for (const std::uint64_t count : counts) total += count;
  return total;
}

}  // namespace container_kit::telemetry::metrics

namespace container_kit::telemetry::detail {

void record_exponential(const metrics::ExponentialLayout& layout, Word* cell, double value) noexcept {
  layout.record(cell, value);
}

}  // namespace container_kit::telemetry::detail
