// What a Manager keeps: its configuration, and what it has started so far.
//
// Thread safety: the atomics are read on every call, without a lock; what has been started is guarded by its
// mutex.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include <container_kit/telemetry/manager.h>

#include "base/fork_watcher.h"
#include "manager/running.h"

namespace container_kit::telemetry {

struct Manager::State final : base::ForkWatcher {
  // What was started in this process.
  struct Started {
    std::mutex mutex;                            // guards initialize and shutdown
    std::vector<std::unique_ptr<Running>> runs;  // the last one is the current one
    std::vector<std::unique_ptr<Tracing>> tracings;
  };

  explicit State(Config initial) : config(std::move(initial)), propagator(config.propagators) {}
  ~State() override = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  void begin_anew_in_child() noexcept override;

  Config config;
  Propagator propagator;
  std::unique_ptr<Started> started = std::make_unique<Started>();
  std::atomic<Running*> running{nullptr};  // null: not initialised, or shut down
  std::atomic<const Tracing*> tracing{nullptr};
};

}  // namespace container_kit::telemetry
