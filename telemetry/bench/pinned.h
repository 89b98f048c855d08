// Threads that are measured side by side have a processor each.
#pragma once

#include <sched.h>

namespace container_kit::telemetry::bench {

// Keeps the calling thread on the `number`-th of the processors that it may use, while this lives: a burst is
// over before a scheduler would have moved one of two threads that share a processor. Where it may use fewer,
// it stays free.
class Pinned {
 public:
  explicit Pinned(int number) noexcept {
    sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
      if (!CPU_ISSET(processor, &before_) || number-- > 0) continue;
      CPU_SET(processor, &one);
      sched_setaffinity(0, sizeof one, &one);
      return;
    }
  }
  ~Pinned() { sched_setaffinity(0, sizeof before_, &before_); }
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;

 private:
  cpu_set_t before_{};
};

}  // namespace container_kit::telemetry::bench
