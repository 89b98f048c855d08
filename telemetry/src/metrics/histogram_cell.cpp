#include <algorithm>
#include <limits>

#include <container_kit/telemetry/detail/histogram_cell.h>

namespace container_kit::telemetry::detail {

namespace {

std::uint64_t key_of(double value, unsigned shift) noexcept {
  return std::bit_cast<std::uint64_t>(value) >> shift;
}

}  // namespace

BucketIndex::BucketIndex(std::vector<double> boundaries)
    : boundaries_(std::move(boundaries)), count_(static_cast<std::uint32_t>(boundaries_.size())) {
  ends_ = boundaries_.data();
  if (boundaries_.empty()) {
    // No boundary: everything is above a last boundary of minus infinity.
    first_ = lowest_ = last_ = -std::numeric_limits<double>::infinity();
    return;
  }
  first_ = boundaries_.front();
  last_ = boundaries_.back();
  const auto positive = std::upper_bound(boundaries_.begin(), boundaries_.end(), 0.0);
  // The table covers the keys from the first positive boundary to the last, as far as kMaxKeys reach.
  lowest_ = positive == boundaries_.end() ? last_ : *positive;
  if (positive == boundaries_.end()) return;
  first_key_ = key_of(lowest_, kKeyShift);
  const std::uint64_t last_key = key_of(last_, kKeyShift);
  if (last_key - first_key_ >= kMaxKeys) {
    lowest_ = last_;  // a range of hundreds of octaves: leave it to the binary search
    return;
  }
  for (std::uint64_t key = first_key_; key <= last_key; ++key) {
    const auto edge = std::bit_cast<double>(key << kKeyShift);
    const auto start = std::lower_bound(boundaries_.begin(), boundaries_.end(), edge);
    starts_.push_back(static_cast<std::uint16_t>(start - boundaries_.begin()));
  }
  start_ = starts_.data();
}

std::uint32_t BucketIndex::find_slowly(double value) const noexcept {
  const auto end = std::lower_bound(boundaries_.begin(), boundaries_.end(), value);
  return static_cast<std::uint32_t>(end - boundaries_.begin());
}

void open_window(Word* cell, std::uint32_t generation, double value) noexcept {
  if (read_word(cell[HistogramCell::kGeneration]) == 0) {
    write_double(cell[HistogramCell::kLifeMin], std::numeric_limits<double>::infinity());
    write_double(cell[HistogramCell::kLifeMax], -std::numeric_limits<double>::infinity());
  } else {
    write_double(cell[HistogramCell::kLifeMin], std::min(read_double(cell[HistogramCell::kLifeMin]),
                                                         read_double(cell[HistogramCell::kMin])));
    write_double(cell[HistogramCell::kLifeMax], std::max(read_double(cell[HistogramCell::kLifeMax]),
                                                         read_double(cell[HistogramCell::kMax])));
  }
  write_double(cell[HistogramCell::kMin], value);
  write_double(cell[HistogramCell::kMax], value);
  // Release: a collector that sees the generation sees extremes that belong to it.
  cell[HistogramCell::kGeneration].store(generation, std::memory_order_release);
}

}  // namespace container_kit::telemetry::detail
