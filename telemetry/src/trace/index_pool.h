// A pool of small numbers: which of N equal pieces of memory are free.
//
// Lock-free: a stack linked through an array, its head carrying a count against ABA (Treiber, 1986). The
// links are kept out of the pieces themselves, so that a stale writer cannot hurt them.
//
// Thread safety: all member functions, from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace container_kit::telemetry::trace {

class IndexPool {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  // `filled`: all `count` indexes are in it at first, the lowest on top; otherwise none.
  IndexPool(std::uint32_t count, bool filled) : next_(std::make_unique<std::atomic<std::uint32_t>[]>(count)) {
    for (std::uint32_t index = 0; index < count; ++index) {
      next_[index].store(index + 1 < count ? index + 1 : kNone, std::memory_order_relaxed);
    }
    if (filled && count > 0) {
      head_.store(0, std::memory_order_relaxed);
      available_.store(count, std::memory_order_relaxed);
    }
  }

  // The index that was pushed last, or kNone.
  std::uint32_t pop() noexcept {
    std::uint64_t head = head_.load(std::memory_order_acquire);
    for (;;) {
      const auto index = static_cast<std::uint32_t>(head);
      if (index == kNone) return kNone;
      const std::uint64_t next = bump(head) | next_[index].load(std::memory_order_relaxed);
      // Acquire: what the pusher wrote to the piece happened before we use it.
      if (head_.compare_exchange_weak(head, next, std::memory_order_acquire, std::memory_order_acquire)) {
        available_.fetch_sub(1, std::memory_order_relaxed);
        return index;
      }
    }
  }

  void push(std::uint32_t index) noexcept {
    std::uint64_t head = head_.load(std::memory_order_relaxed);
    do {
      next_[index].store(static_cast<std::uint32_t>(head), std::memory_order_relaxed);
    } while (!head_.compare_exchange_weak(head, bump(head) | index, std::memory_order_release,
                                          std::memory_order_relaxed));
    available_.fetch_add(1, std::memory_order_relaxed);
  }

  // How many are free, about: other threads may be pushing and popping.
  std::uint32_t available() const noexcept {
    const auto count = static_cast<std::int32_t>(available_.load(std::memory_order_relaxed));
    return count > 0 ? static_cast<std::uint32_t>(count) : 0;
  }

 private:
  static std::uint64_t bump(std::uint64_t head) noexcept { return ((head >> 32) + 1) << 32; }

  std::atomic<std::uint64_t> head_{kNone};
  std::atomic<std::uint32_t> available_{0};
  std::unique_ptr<std::atomic<std::uint32_t>[]> next_;
};

}  // namespace container_kit::telemetry::trace
