// LeakWatch: finds spans that have been open for too long, and names each once.
//
// It looks at the live slots of the flight buffer, and so costs a span nothing. Where a leak began is told by
// its name, its scope and the live spans above it; a source location would have to be handed through every
// call that starts a span.
//
// Thread safety: look() by one thread at a time; found() from any. Ownership: the engine must outlive it.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <container_kit/telemetry/span_context.h>

#include "trace/engine.h"

namespace container_kit::telemetry::trace {

struct SpanLeak {
  std::string name;
  std::string scope;
  std::string below;  // the names of the live spans above it, outermost first: "a > b"
  TraceId trace_id;
  SpanId span_id;
  std::chrono::nanoseconds age{0};

  // "span leak: name=... age=...": one line, for the log.
  std::string describe() const;
};

class LeakWatch {
 public:
  // Of one look; further leaks are named by the next.
  static constexpr std::size_t kMostNamed = 16;

  // A limit of 0 finds nothing.
  LeakWatch(Engine& engine, std::chrono::nanoseconds limit) : engine_(engine), limit_(limit) {}

  // The leaks that were not named before; none is named twice.
  std::vector<SpanLeak> look();

  // As of the last look.
  struct Found {
    std::uint64_t count = 0;
    std::chrono::nanoseconds oldest{0};
    std::string oldest_name;
  };
  Found found() const;

 private:
  struct Live {
    SpanLeak leak;
    SpanId parent;
    std::uint64_t ticket;
    std::uint32_t slot;
    bool has_leaked;
  };

  std::vector<Live> live_spans();
  bool read(std::uint32_t index, Live& live);

  Engine& engine_;
  std::chrono::nanoseconds limit_;
  std::unordered_map<std::uint32_t, std::uint64_t> named_;  // the ticket, by slot
  mutable std::mutex mutex_;                                // guards found_
  Found found_;
};

}  // namespace container_kit::telemetry::trace
