// The exemplars of one series: one place for each bucket of an explicit histogram, one place elsewhere.
//
// Of the n measurements that were offered to a place since the last collection, each is the one kept with
// probability 1/n: the k-th replaces what is there with probability 1/k, and how many to let pass until the
// next replacement is drawn at once, so that most offers are a counter and a comparison.
//
// Thread safety: offer() from any thread; read() by one thread at a time. Two offers at once may count as
// one, which bends the fairness a little and nothing else. What is kept is guarded by a spin lock that offers
// do not wait for.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include <container_kit/telemetry/exemplar.h>

namespace container_kit::telemetry::metrics {

class ExemplarReservoir {
 public:
  explicit ExemplarReservoir(std::uint32_t places)
      : places_(std::make_unique<Place[]>(places)), count_(places) {}

  // Whether the next measurement for this place is to be kept; it is then put(). Precondition: place <
  // places.
  bool offer(std::uint32_t place) noexcept {
    Place& at = places_[place];
    const std::uint32_t seen = at.seen.load(std::memory_order_relaxed) + 1;
    at.seen.store(seen, std::memory_order_relaxed);
    return seen >= at.next.load(std::memory_order_relaxed);
  }
  void put(std::uint32_t place, Exemplar exemplar) noexcept;

  // Appends every place's exemplar, and its place, and begins a new round of sampling.
  void read(std::vector<Exemplar>& exemplars, std::vector<std::uint32_t>& places);

 private:
  struct Place {
    std::atomic<std::uint32_t> seen{0};
    std::atomic<std::uint32_t> next{1};  // the offer that will be kept
    std::atomic_flag busy;
    bool filled = false;
    Exemplar kept;
  };

  std::unique_ptr<Place[]> places_;
  std::uint32_t count_;
};

}  // namespace container_kit::telemetry::metrics
