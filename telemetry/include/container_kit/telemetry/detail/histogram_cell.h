// How a measurement becomes a bucket, and how a thread's copy of an explicit histogram is laid out.
//
// Used by the inline fast path of instruments.h and by the metrics engine; not for users.
//
// Buckets are those of OpenTelemetry and Prometheus: bucket i holds boundary[i-1] < value <= boundary[i].
// The leading bits of a double (exponent and first mantissa bits) index a table that says at which boundary
// to begin comparing; what is left is a step or two. The comparison with the boundaries decides, so the
// result is exact whatever the table says, as long as it never starts too far to the right.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include <container_kit/telemetry/detail/cells.h>

namespace container_kit::telemetry::detail {

class BucketIndex {
 public:
  // Precondition: boundaries are finite and strictly increasing.
  explicit BucketIndex(std::vector<double> boundaries);

  const std::vector<double>& boundaries() const noexcept { return boundaries_; }

  // In [0, boundaries().size()]. Precondition: value is not NaN.
  std::uint32_t find(double value) const noexcept {
    // Negative values and zero have key 0 or wrap above the last key; both ends are clamped.
    const auto bits = std::bit_cast<std::uint64_t>(value);
    if (value <= lowest_) return value <= first_ ? 0 : find_slowly(value);
    if (value > last_) return count_;
    std::uint32_t i = start_[(bits >> kKeyShift) - first_key_];
    while (value > ends_[i]) ++i;
    return i;
  }

 private:
  static constexpr unsigned kMantissaBits = 3;
  static constexpr unsigned kKeyShift = 52 - kMantissaBits;
  static constexpr std::size_t kMaxKeys = 2048;

  std::uint32_t find_slowly(double value) const noexcept;

  std::vector<double> boundaries_;
  std::vector<std::uint16_t> starts_;
  const std::uint16_t* start_ = nullptr;
  const double* ends_ = nullptr;
  double first_ = 0;   // the first boundary
  double lowest_ = 0;  // at or below it the table has nothing to say
  double last_ = 0;
  std::uint64_t first_key_ = 0;
  std::uint32_t count_ = 0;
};

// The words of one thread's copy. Minimum and maximum are kept for a window that a delta reader opens by
// raising the generation; the writer folds a closed window into the lifetime's extremes when it next records.
struct HistogramCell {
  static constexpr std::uint32_t kGeneration = 0;  // 0: nothing was recorded yet
  static constexpr std::uint32_t kSum = 1;
  static constexpr std::uint32_t kMin = 2;
  static constexpr std::uint32_t kMax = 3;
  static constexpr std::uint32_t kLifeMin = 4;
  static constexpr std::uint32_t kLifeMax = 5;
  static constexpr std::uint32_t kBuckets = 6;
};

// Opens the current window in a cell that was last written in an older one, or never.
void open_window(Word* cell, std::uint32_t generation, double value) noexcept;

// What the words around the buckets need at each record.
inline void record_extremes(Word* cell, std::uint32_t generation, double value) noexcept {
  write_double(cell[HistogramCell::kSum], read_double(cell[HistogramCell::kSum]) + value);
  if (read_word(cell[HistogramCell::kGeneration]) != generation) [[unlikely]] {
    return open_window(cell, generation, value);
  }
  if (value < read_double(cell[HistogramCell::kMin])) [[unlikely]] {
    write_double(cell[HistogramCell::kMin], value);
  }
  if (value > read_double(cell[HistogramCell::kMax])) [[unlikely]] {
    write_double(cell[HistogramCell::kMax], value);
  }
}

// One stream's histogram: its buckets and its window.
struct HistogramLayout {
  BucketIndex index;
  std::atomic<std::uint32_t> generation{1};

  explicit HistogramLayout(std::vector<double> boundaries) : index(std::move(boundaries)) {}

  std::uint32_t words() const noexcept {
    return HistogramCell::kBuckets + static_cast<std::uint32_t>(index.boundaries().size()) + 1;
  }

  // The bucket last, with release: whoever sees a measurement counted finds it in the sum as well.
  void record(Word* cell, double value) const noexcept {
    Word& bucket = cell[HistogramCell::kBuckets + index.find(value)];
    record_extremes(cell, generation.load(std::memory_order_relaxed), value);
    bucket.store(read_word(bucket) + 1, std::memory_order_release);
  }
};

}  // namespace container_kit::telemetry::detail
