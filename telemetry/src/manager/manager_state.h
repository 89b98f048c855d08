// What a Manager keeps: its configuration, and what it has started so far.
//
// Thread safety: the atomics are read on every call, without a lock; the rest is guarded by the mutex.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include <container_kit/telemetry/manager.h>

#include "manager/running.h"

namespace container_kit::telemetry {

struct Manager::State {
  explicit State(Config initial) : config(std::move(initial)) {}

  Config config;
  std::mutex mutex;                            // guards initialize, flush and shutdown
  std::vector<std::unique_ptr<Running>> runs;  // the last one is the current one
  std::vector<std::unique_ptr<Tracing>> tracings;
  std::atomic<Running*> running{nullptr};  // null: not initialised, or shut down
  std::atomic<const Tracing*> tracing{nullptr};
};

}  // namespace container_kit::telemetry
