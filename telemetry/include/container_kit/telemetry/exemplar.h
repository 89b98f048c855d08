// Exemplars: single measurements kept beside the aggregates, with the trace and span they were made in, and
// the attributes that the aggregate does not have.
//
// A histogram keeps up to one for each bucket, every other series up to one. Each is a fair sample of the
// measurements since the last collection that passed the filter.
//
// Thread safety and ownership: plain values.
#pragma once

#include <cstdint>
#include <string>

#include <container_kit/telemetry/detail/sampled_span.h>

namespace container_kit::telemetry {

// Which measurements may become exemplars.
enum class ExemplarFilter : std::uint8_t {
  kTraceBased,  // those made while a sampled span is current
  kAlwaysOn,
  kAlwaysOff,
};

struct Exemplar {
  double value = 0;
  std::uint64_t time_unix_nano = 0;
  TraceId trace_id = {};  // all zero where no sampled span was current
  SpanId span_id = {};
  // The attributes of the measurement that a view took from its series, as metrics/attribute_set.h packs
  // them.
  std::string filtered = {};
  std::uint32_t filtered_count = 0;
};

namespace detail {

inline bool exemplar_wanted() noexcept {
  return sampled_span() != nullptr;
}

}  // namespace detail

}  // namespace container_kit::telemetry
