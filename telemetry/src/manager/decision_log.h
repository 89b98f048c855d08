// DecisionLog: the sampler's decisions as lines of key=value, at debug.
//
// Thread safety: all functions from any thread. Ownership: shared with the engine, which lives on when the
// Manager is gone; the log is borrowed until close().
#pragma once

#include <mutex>

#include "base/log.h"
#include "trace/engine.h"

namespace container_kit::telemetry {

class DecisionLog : public trace::DecisionObserver {
 public:
  explicit DecisionLog(base::Log& log) : log_(&log) {}

  void decided(const SamplingParameters& parameters, const SamplingResult& result) noexcept override;
  // Nothing is said from now on.
  void close() noexcept;

 private:
  std::mutex mutex_;  // guards log_
  base::Log* log_;
};

}  // namespace container_kit::telemetry
