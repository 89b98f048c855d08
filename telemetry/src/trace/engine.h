// Engine: what the spans of one Manager share: its flight buffer, clock, limits and sampler, and the state
// that each thread keeps for it.
//
// An Engine and its ThreadStates are never destroyed, since spans, contexts and tracers may outlive every
// Manager; close() gives back all that is large. Those few bytes stay reachable from a list of all engines.
//
// Thread safety: as noted on each member. The hot path (thread(), mode()) takes no lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/expected.h>
#include <container_kit/telemetry/sampler.h>
#include <container_kit/telemetry/span_processor.h>
#include <container_kit/telemetry/tracer.h>

#include "base/clock.h"
#include "base/wake_signal.h"
#include "trace/flight_buffer.h"
#include "trace/limits.h"
#include "trace/probability.h"

namespace container_kit::telemetry::trace {

// Told of each decision of the sampler, with the trace id. Called from any thread at once.
class DecisionObserver {
 public:
  virtual ~DecisionObserver() = default;
  virtual void decided(const SamplingParameters& parameters, const SamplingResult& result) noexcept = 0;
};

struct EngineOptions {
  Limits limits = {};  // but for `privacy`, which is taken from below
  // What every key and text is held against before it is written; null: nothing.
  std::shared_ptr<const privacy::Filter> privacy = nullptr;
  // Without a sampler: parent-based, root spans by this threshold.
  std::uint64_t root_threshold = kSampleAlways;
  SamplerPtr sampler = nullptr;
  std::shared_ptr<DecisionObserver> decisions = nullptr;
  std::vector<SpanProcessorPtr> processors = {};
  // Spans that are not sampled are recorded all the same, marked kTailPending, for the tail rule to decide.
  bool record_for_tail = false;
  std::size_t flight_bytes = std::size_t{24} << 20;
  // The exporter thread is woken when so many spans have ended.
  std::uint32_t batch_spans = 512;
  // Where the flight buffer's file lies; empty: in anonymous memory.
  std::string flight_dir = {};
  // For whoever finds the file after a kill.
  std::string service = {};
  std::string resource = {};  // an OTLP Resource message
  std::string resource_schema_url = {};
  base::Clock::Source clock = base::Clock::best_source();
};

// Counts that one thread writes, with plain stores, and any thread may read.
class Count {
 public:
  void add(std::uint64_t amount) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  std::uint64_t load() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// What a thread keeps for an engine. Written by that thread alone; when it exits, the next new thread takes
// it over.
struct alignas(kCacheLine) ThreadState {
  static constexpr std::uint32_t kSlotsAtHand = 16;

  // The chunk that the thread's finished spans go to. `chunk` is also read by the exporter thread.
  std::atomic<std::uint32_t> chunk{IndexPool::kNone};
  std::uint32_t position = 0;
  std::uint32_t capacity = 0;  // 0 while there is no chunk
  std::uint8_t* bytes = nullptr;

  std::uint32_t slot_count = 0;
  Slot* slots[kSlotsAtHand] = {};
  std::uint32_t spans_in_chunk = 0;

  Count started;
  Count ended;
  Count dropped;     // no free slot, or no room for the finished span
  Count unexported;  // recorded for span processors only

  ThreadState* next = nullptr;  // in the engine's list of all
};

struct Totals {
  std::uint64_t started = 0;
  std::uint64_t ended = 0;
  std::uint64_t dropped = 0;
  std::uint64_t unexported = 0;
};

class Engine {
 public:
  // Never destroyed. Where the file cannot be made, the buffer is anonymous and `file_problem` says why.
  static Expected<Engine*> create(const EngineOptions& options, std::string* file_problem = nullptr);

  // No new spans; what spans still do is lost. The flight buffer's file is removed, or left to the next start
  // where it holds what could not be delivered. The exporter thread must have stopped reading.
  void close(bool keep_file = false) noexcept;

  const std::atomic<TracingMode>& mode() const noexcept { return mode_; }
  bool is_off() const noexcept { return mode_.load(std::memory_order_relaxed) == TracingMode::kOff; }
  void stop_accepting() noexcept { mode_.store(TracingMode::kOff, std::memory_order_relaxed); }
  // For a forked child: lets go of the parent's memory, and records nothing from here on.
  void abandon_in_child() noexcept;

  // The calling thread's state, or null where it can have none (the thread is exiting).
  ThreadState* thread() noexcept {
    const ThreadCache& cache = thread_cache;
    return cache.engine == this ? cache.state : attach_thread();
  }

  FlightBuffer& buffer() noexcept { return *buffer_; }
  base::Clock& clock() noexcept { return clock_; }
  const Limits& limits() const noexcept { return limits_; }
  std::uint64_t root_threshold() const noexcept { return root_threshold_; }
  // `ot=th:` for the roots that the threshold lets pass; null where it lets all pass.
  const std::shared_ptr<const ContextExtras>& root_extras() const noexcept { return root_extras_; }
  Sampler* sampler() const noexcept { return sampler_.get(); }
  DecisionObserver* decisions() const noexcept { return decisions_.get(); }
  bool records_for_tail() const noexcept { return record_for_tail_; }
  const std::vector<SpanProcessorPtr>& processors() const noexcept { return processors_; }

  // A free slot's index into `state`, or false where all are in use. Cold.
  bool refill_slots(ThreadState& state) noexcept;
  // Takes back half of the slots at hand. Cold.
  void return_slots(ThreadState& state, std::uint32_t keep) noexcept;
  // Seals the thread's chunk and gives it a fresh one, or false where none is free. Cold.
  bool next_chunk(ThreadState& state) noexcept;
  void count_drop() noexcept { dropped_outside_threads_.fetch_add(1, std::memory_order_relaxed); }
  void count_processor_failure() noexcept { processor_failures_.fetch_add(1, std::memory_order_relaxed); }

  // --- the exporter thread's side ---
  IndexPool& sealed_chunks() noexcept { return sealed_chunks_; }
  ThreadState* first_thread() noexcept { return threads_.load(std::memory_order_acquire); }
  // Sleeps until `deadline`, or until there is a batch's worth of spans, or wake().
  void sleep_until(std::chrono::steady_clock::time_point deadline) noexcept;
  void wake() noexcept { wake_.raise(); }
  // Whether a batch's worth of spans has ended, or memory became short, since this was last asked.
  bool take_export_wanted() noexcept { return export_wanted_.exchange(false, std::memory_order_relaxed); }

  // The scope's number, the same for equal scopes; 0, an empty scope's, when there are too many.
  std::uint16_t register_scope(const InstrumentationScope& scope);
  // The scope as an OTLP InstrumentationScope message, and its schema URL. The references hold for good.
  struct Scope {
    std::string message;
    std::string schema_url;
    std::string name;
    std::string version;
  };
  const Scope& scope(std::uint16_t number) const;

  Totals totals() const noexcept;

  // The state of this thread for `engine`; trivial, so that reading it costs no guard.
  struct ThreadCache {
    Engine* engine;
    ThreadState* state;
  };
  static constinit thread_local ThreadCache thread_cache;

  // For the thread that exits: keeps the chunk, returns the slots, and makes the state free for another
  // thread.
  void detach_thread(ThreadState& state) noexcept;

 private:
  Engine(const EngineOptions& options, FlightBuffer* buffer);
  ThreadState* attach_thread() noexcept;
  ThreadState* adopt_or_make_state();

  std::atomic<TracingMode> mode_;
  // In a forked child: the mutexes are as the fork found them, and must not be touched.
  bool abandoned_ = false;
  Limits limits_;
  std::shared_ptr<const privacy::Filter> privacy_;  // what limits_ points to
  std::uint64_t root_threshold_;
  std::shared_ptr<const ContextExtras> root_extras_;
  SamplerPtr sampler_;
  std::shared_ptr<DecisionObserver> decisions_;
  std::vector<SpanProcessorPtr> processors_;
  bool record_for_tail_;
  FlightBuffer* buffer_;
  base::Clock clock_;

  std::uint32_t batch_spans_;
  IndexPool sealed_chunks_;
  std::atomic<ThreadState*> threads_{nullptr};
  std::mutex idle_mutex_;
  std::vector<ThreadState*> idle_;

  std::atomic<std::uint32_t> finished_in_sealed_{0};  // spans in chunks sealed since the exporter last woke
  std::atomic<bool> export_wanted_{false};
  base::WakeSignal wake_;

  mutable std::mutex scopes_mutex_;
  std::vector<std::unique_ptr<const Scope>> scopes_;
  std::atomic<std::uint64_t> dropped_outside_threads_{0};
  std::atomic<std::uint64_t> processor_failures_{0};
};

}  // namespace container_kit::telemetry::trace
