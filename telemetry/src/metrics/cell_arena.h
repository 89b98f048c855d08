// The word space behind all instruments of the process: who owns which run, and the copies of each thread.
//
// One arena serves every MeterProvider, because a thread has one directory of blocks. It is never destroyed:
// threads may record until the very end of the process.
//
// Thread safety: every member may be called from any thread.
#pragma once

#include <cstdint>
#include <functional>

#include <container_kit/telemetry/detail/cells.h>

namespace container_kit::telemetry::metrics {

class CellArena {
 public:
  static constexpr std::uint32_t kMaxRun = 1U << 14U;
  static constexpr std::uint32_t kMaxSlots = 4096;

  static CellArena& instance() noexcept;

  // A run of `words` zeroes in every copy, or block 0 when the space or memory is exhausted.
  detail::CellRef allocate(std::uint32_t words) noexcept;
  // Zeroes the run in every copy and gives it back. Precondition: no thread writes to it any more.
  void release(detail::CellRef ref, std::uint32_t words) noexcept;

  // Highest slot that was ever in use, plus one: what a collector has to visit.
  std::uint32_t slots() const noexcept;
  // The copy of `ref` in `slot`, or null where that slot never touched the block.
  const detail::Word* copy(std::uint32_t slot, detail::CellRef ref) const noexcept;

  // The copy that belongs to no thread, for values that have one place for all; null when memory ran out.
  detail::Word* shared_copy(detail::CellRef ref) noexcept;

  // Bytes of cells that exist now, over all threads.
  std::uint64_t allocated_bytes() const noexcept;
  // Measurements lost because no memory could be had for their cell.
  std::uint64_t dropped() const noexcept;

 private:
  CellArena() = default;
};

// Calls visit(const Word* copy) for every thread's copy of the run.
template <typename Visit>
void for_each_copy(detail::CellRef ref, Visit&& visit) {
  const CellArena& arena = CellArena::instance();
  const std::uint32_t slots = arena.slots();
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    if (const detail::Word* copy = arena.copy(slot, ref)) visit(copy);
  }
}

}  // namespace container_kit::telemetry::metrics
