// Base-2 exponential histograms: the bucket of a value, one thread's copy, and the merging of copies.
//
// At scale s the base is 2^(2^-s); bucket i holds base^i < value <= base^(i+1). A copy starts at the finest
// scale it may have and halves its resolution whenever its buckets would no longer fit, so its scale only
// falls. Only values of 0 and above come here: histograms and counters take no others.
//
// Thread safety: a copy has one writer. It raises the sequence word to an odd number while it moves buckets
// about; a collector that sees an odd or a changed number reads again.
// Memory order: buckets are stored with release and read with acquire, so that whoever sees a bucket as it is
// after a move also sees the sequence word that announced the move.
#pragma once

#include <cstdint>
#include <vector>

#include <container_kit/telemetry/detail/histogram_cell.h>

namespace container_kit::telemetry::metrics {

inline constexpr int kMinScale = -10;
inline constexpr int kMaxScale = 20;

// The bucket of a positive finite value.
std::int32_t exponential_index(double value, int scale) noexcept;
// base^index at that scale: the lower bound, not itself included. 0 or infinity where no double holds it.
double exponential_bound(std::int32_t index, int scale) noexcept;

// A copy's buckets in the shape a reader wants; also what copies and baselines are merged into.
struct ExponentialCounts {
  int scale = kMaxScale;
  std::int32_t offset = 0;
  std::vector<std::uint64_t> counts;  // empty, or neither its first nor its last is known to be 0
  std::uint64_t zero_count = 0;

  // Halves the resolution until the scale is `to`, which must not be above the present one.
  void reduce(int to);
  // Adds the other's counts, at the lower of both scales or lower still, so that max_size buckets suffice.
  void merge(ExponentialCounts other, std::uint32_t max_size);
  // Takes away what was there before. Precondition: `before` is an earlier state of the same counts.
  void subtract(ExponentialCounts before);
  std::uint64_t total() const noexcept;
};

class ExponentialLayout {
 public:
  ExponentialLayout(std::uint32_t max_size, int max_scale) noexcept;

  std::uint32_t words() const noexcept { return kBuckets + mask_ + 1; }
  std::uint32_t max_size() const noexcept { return max_size_; }

  // Precondition: the value is finite and not negative.
  void record(detail::Word* cell, double value) const noexcept;
  ExponentialCounts read(const detail::Word* cell) const;

  std::atomic<std::uint32_t> generation{1};

 private:
  // After the words it shares with the explicit histogram:
  static constexpr std::uint32_t kSequence = detail::HistogramCell::kBuckets;
  static constexpr std::uint32_t kZeroes = kSequence + 1;
  static constexpr std::uint32_t kShift = kSequence + 2;  // max_scale minus the scale
  static constexpr std::uint32_t kFirst = kSequence + 3;  // index of the first bucket in use
  static constexpr std::uint32_t kLast = kSequence + 4;   // and of the last
  static constexpr std::uint32_t kUsed = kSequence + 5;   // 0 while no bucket is in use
  static constexpr std::uint32_t kBuckets = kSequence + 6;

  void make_room(detail::Word* cell, double value) const noexcept;
  void move_buckets(detail::Word* cell, std::int32_t first, std::int32_t last, unsigned shift) const noexcept;

  std::uint32_t max_size_;
  std::uint32_t mask_;  // bucket i lies at i modulo a power of two
  int max_scale_;
};

}  // namespace container_kit::telemetry::metrics
