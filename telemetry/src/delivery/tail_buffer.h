// TailBuffer: keeps the spans of traces that were not sampled until their local root has ended, and then lets
// the whole trace go out, where the root failed or was slow, or forgets it.
//
// Bounded: beyond its bytes the trace that was begun first makes room, counted. What was decided is
// remembered for the spans that come late.
//
// Thread safety: one thread at a time, but for the counts.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include <container_kit/telemetry/span_context.h>

#include "trace/flight_reader.h"

namespace container_kit::telemetry::delivery {

struct TailRule {
  bool enabled = false;
  std::chrono::nanoseconds slower_than = std::chrono::seconds(1);
  std::size_t max_bytes = std::size_t{8} << 20;
};

class TailBuffer {
 public:
  explicit TailBuffer(TailRule rule) : rule_(rule) {}

  // What is to go out: the spans that were not marked for the tail rule, and those that it lets pass. The
  // bytes of the latter are kept until the next call.
  std::vector<trace::FinishedSpan> filter(const std::vector<trace::FinishedSpan>& spans);

  // Spans of traces that were forgotten: as the rule says; and for want of room, or because no root came.
  std::uint64_t discarded() const noexcept { return discarded_.load(std::memory_order_relaxed); }
  std::uint64_t evicted() const noexcept { return evicted_.load(std::memory_order_relaxed); }
  // Spans that wait for their root.
  std::uint64_t waiting() const noexcept { return waiting_.load(std::memory_order_relaxed); }

 private:
  struct Kept {
    std::string bytes;
    std::uint16_t scope;
    std::uint8_t flags;
  };
  struct Trace {
    std::vector<Kept> spans;
    std::size_t bytes = 0;
  };

  void take(const trace::FinishedSpan& span, std::vector<trace::FinishedSpan>& out);
  void decide(const TraceId& id, bool keep, std::vector<trace::FinishedSpan>& out);
  void release(Kept kept, std::vector<trace::FinishedSpan>& out);
  void make_room();
  bool is_wanted(const trace::FinishedSpan& root) const;

  static constexpr std::size_t kRemembered = 8192;  // decisions

  TailRule rule_;
  std::map<TraceId, Trace> waiting_traces_;
  std::deque<TraceId> order_;        // of waiting_traces_, by their first span
  std::map<TraceId, bool> decided_;  // true: kept
  std::deque<TraceId> decided_order_;
  std::deque<std::string> released_;  // bytes that `filter` gave out last
  std::size_t bytes_ = 0;
  std::atomic<std::uint64_t> discarded_{0};
  std::atomic<std::uint64_t> evicted_{0};
  std::atomic<std::uint64_t> waiting_{0};
};

}  // namespace container_kit::telemetry::delivery
