#include "metrics/exemplar_reservoir.h"

#include <algorithm>
#include <new>
#include <optional>
#include <utility>

namespace container_kit::telemetry::metrics {
namespace {

// In (0, 1]. Fairness among measurements needs no better generator than this (xorshift64*).
double uniform() noexcept {
  thread_local std::uint64_t state = 0x9e3779b97f4a7c15U ^ reinterpret_cast<std::uintptr_t>(&state);
  state ^= state >> 12U;
  state ^= state << 25U;
  state ^= state >> 27U;
  return static_cast<double>((state * 0x2545f4914f6cdd1dU >> 11U) + 1) * 0x1p-53;
}

}  // namespace

void ExemplarReservoir::put(std::uint32_t place, Exemplar exemplar) noexcept {
  Place& at = places_[place];
  if (at.busy.test_and_set(std::memory_order_acquire)) return;
  std::swap(at.kept, exemplar);  // what was there is freed when nobody waits for it
  at.filled = true;
  at.busy.clear(std::memory_order_release);
  // After k offers the next replacement comes after more than n of them with probability k/n.
  constexpr double kMost = 4e9;
  const double next = static_cast<double>(at.seen.load(std::memory_order_relaxed)) / uniform();
  at.next.store(static_cast<std::uint32_t>(std::min(next, kMost)) + 1, std::memory_order_relaxed);
}

void ExemplarReservoir::read(std::vector<Exemplar>& exemplars, std::vector<std::uint32_t>& places) {
  for (std::uint32_t place = 0; place < count_; ++place) {
    Place& at = places_[place];
    at.seen.store(0, std::memory_order_relaxed);
    at.next.store(1, std::memory_order_relaxed);
    if (at.busy.test_and_set(std::memory_order_acquire)) continue;
    std::optional<Exemplar> copy;
    try {
      if (at.filled) copy = at.kept;
    } catch (const std::bad_alloc&) {
      // The place must be given back; this exemplar is missing this time.
    }
    at.busy.clear(std::memory_order_release);
    if (!copy) continue;
    exemplars.push_back(std::move(*copy));
    places.push_back(place);
  }
}

}  // namespace container_kit::telemetry::metrics
