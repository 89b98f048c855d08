// SlotClaim: the right to touch a live span's slot, for the length of one operation.
//
// Several threads may work on one span at once. The claim is one atomic flag a slot; what is done under it is
// a few dozen straight-line instructions. A thread that finds it taken waits for a bounded time (kSpins, then
// kYields) and then gives the operation up, counted: never can it hang, not even in a signal handler that
// interrupted the claimer.
#pragma once

#include <sched.h>

#include <container_kit/telemetry/context.h>

#include "trace/engine.h"

namespace container_kit::telemetry::trace {

class SlotClaim {
 public:
  explicit SlotClaim(const SpanRef& ref) noexcept : slot_(ref.slot) {
    if (slot_ == nullptr) return;
    // Acquire: we see all that the last claimer wrote.
    if (slot_->claim.exchange(1, std::memory_order_acquire) != 0 && !wait(*slot_)) [[unlikely]] {
      ref.engine->count_drop();
      slot_ = nullptr;
      return;
    }
    if (slot_->ticket.load(std::memory_order_relaxed) != ref.ticket) [[unlikely]] {
      release();  // the span has ended; the slot may be another's
    }
  }
  ~SlotClaim() {
    if (slot_ != nullptr) release();
  }
  SlotClaim(const SlotClaim&) = delete;
  SlotClaim& operator=(const SlotClaim&) = delete;

  explicit operator bool() const noexcept { return slot_ != nullptr; }
  Slot& operator*() const noexcept { return *slot_; }
  Slot* operator->() const noexcept { return slot_; }

 private:
  static constexpr int kSpins = 200;
  static constexpr int kYields = 10'000;

  // Static: `this` must not leave for a function of its own, or the claim could not live in a register.
  [[gnu::noinline, gnu::cold]] static bool wait(Slot& slot) noexcept {
    for (int attempt = 0; attempt < kSpins + kYields; ++attempt) {
      if (attempt >= kSpins) sched_yield();
      if (slot.claim.load(std::memory_order_relaxed) == 0 &&
          slot.claim.exchange(1, std::memory_order_acquire) == 0) {
        return true;
      }
    }
    return false;
  }
  void release() noexcept {
    slot_->claim.store(0, std::memory_order_release);
    slot_ = nullptr;
  }

  Slot* slot_;
};

}  // namespace container_kit::telemetry::trace
