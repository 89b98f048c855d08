// What a process that will be killed notes beside its spans, in a file of its own in shared memory: which
// spans it had ended, and which had been delivered.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace container_kit::telemetry::test {

struct KillNotes {
  static constexpr std::size_t kThreads = 4;
  static constexpr std::size_t kMost = 1U << 20;

  // A list that one thread appends to: the id first, then the count.
  struct List {
    std::atomic<std::uint64_t> count;
    std::array<std::uint64_t, kMost> ids;

    void add(std::uint64_t id) noexcept {
      const std::uint64_t at = count.load(std::memory_order_relaxed);
      if (at == kMost) return;
      ids[at] = id;
      count.store(at + 1, std::memory_order_release);
    }
  };

  std::atomic<std::uint32_t> ready;       // 1 once every thread is at work
  std::atomic<std::uint64_t> last_batch;  // spans in the batch that is under way, or was last
  std::array<List, kThreads> ended;       // noted right after end() returned
  List delivered;                         // noted by the exporter, span by span
};

}  // namespace container_kit::telemetry::test
