// The registry behind a MeterProvider: scopes, instruments, streams, and the one lock under which readers
// collect.
//
// Thread safety: every member may be called from any thread.
// Lock order: collection_mutex() before mutex_ before a Stream's mutex.
// Ownership: owns everything; shared by the provider, meters, instruments and readers.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <container_kit/telemetry/meter_provider.h>

#include "metrics/callbacks.h"
#include "metrics/instrument.h"
#include "metrics/problems.h"

namespace container_kit::telemetry::metrics {

class MeterState {
 public:
  MeterState(Core& core, Scope scope) : core_(core), scope_(std::move(scope)) {}
  Core& core() noexcept { return core_; }
  const Scope& scope() const noexcept { return scope_; }

 private:
  Core& core_;
  const Scope scope_;
};

class Core {
 public:
  explicit Core(MetricsOptions options);

  Callbacks& callbacks() noexcept { return callbacks_; }
  // Begins a collection: runs the callbacks and lets go of series that are no longer used. Its number is
  // returned. Precondition: the collection mutex is held, until the last stream has been collected.
  std::uint64_t begin_round();
  // A delta reader keeps the number of the last round it has been through; what expires waits for it.
  // Precondition: the collection mutex is held.
  void add_delta_reader(std::uint64_t& last_round);
  void remove_delta_reader(const std::uint64_t& last_round) { std::erase(delta_readers_, &last_round); }
  // The provider has ended: callbacks run no more.
  void stop() noexcept;

  MeterState& meter(std::string_view name, const MeterOptions& options);
  // Null for a definition that cannot be used; it has been reported.
  detail::Instrument* instrument(const Scope& scope, InstrumentKind kind, bool integer, std::string_view name,
                                 const InstrumentOptions& options);

  // Streams are only ever added, and stay where they are.
  std::vector<Stream*> streams() const;
  std::size_t stream_count() const noexcept { return stream_count_.load(std::memory_order_acquire); }

  std::uint64_t now() const noexcept { return options_.clock(); }
  void count_skipped() noexcept { skipped_.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t skipped() const noexcept { return skipped_.load(std::memory_order_relaxed); }
  Problems& problems() noexcept { return problems_; }
  const MetricsOptions& options() const noexcept { return options_; }
  // Held by a reader from its first Stream::collect() to its last.
  std::mutex& collection_mutex() noexcept { return collection_mutex_; }

 private:
  detail::Instrument* find_or_report(const InstrumentDefinition& definition);
  std::vector<std::unique_ptr<Stream>> make_streams(const InstrumentDefinition& definition,
                                                    const InstrumentOptions& options);

  MetricsOptions options_;
  Problems problems_;
  Callbacks callbacks_;
  std::uint64_t round_ = 1;  // of collection; guarded by the collection mutex
  std::vector<const std::uint64_t*> delta_readers_;
  std::atomic<std::uint64_t> skipped_{0};
  std::atomic<std::size_t> stream_count_{0};
  std::mutex collection_mutex_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<MeterState>> meters_;
  // By scope and name in lower case: names that differ only in case are one metric.
  std::multimap<std::pair<const Scope*, std::string>, std::unique_ptr<detail::Instrument>> instruments_;
  std::vector<Stream*> streams_;
};

}  // namespace container_kit::telemetry::metrics
