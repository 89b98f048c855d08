// Sampler: which spans are recorded, and which traces are sampled, decided when a span starts.
//
// The default is parent-based with a ratio for root spans (Config::trace_sample_rate), decided without a
// call; any other Sampler is one virtual call a span. Samplers of your own derive from Sampler:
//
//   config.sampler = telemetry::parent_based({.root = telemetry::rule_based(
//       {{.name = "http.GET /health", .sampler = telemetry::always_off()}},
//       telemetry::trace_id_ratio(0.1))});
//
// Sampling by ratio is consistent: the low 56 bits of the trace id (or `rv` of an `ot` tracestate entry) are
// compared with a threshold, which goes out as `ot=th:` so that others can tell what a sampled span stands
// for.
//
// Thread safety: should_sample() is called from any thread at once.
// Ownership: shared.
// Source: OpenTelemetry specification, "Sampling" and "TraceState: Probability Sampling".
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/span.h>

namespace container_kit::telemetry {

enum class SamplingDecision {
  kDrop,             // not recorded; its ids still go on
  kRecordOnly,       // recorded for span processors, not exported
  kRecordAndSample,  // recorded and exported, and children elsewhere are told so
};

struct SamplingParameters {
  const Context& parent;  // without a span for a root
  const TraceId& trace_id;
  std::string_view name;
  SpanKind kind;
  Attributes attributes;
  std::span<const Link> links;
};

struct SamplingResult {
  SamplingDecision decision = SamplingDecision::kDrop;
  // The rejection threshold that was applied, 0 to 2^56 - 1, for `ot=th:`; none: leave the tracestate as it
  // is.
  std::optional<std::uint64_t> threshold = std::nullopt;
};

class Sampler {
 public:
  virtual ~Sampler() = default;
  virtual SamplingResult should_sample(const SamplingParameters& parameters) noexcept = 0;
  // As the specification has it: "TraceIdRatioBased{0.1}".
  virtual std::string description() const = 0;
};

using SamplerPtr = std::shared_ptr<Sampler>;

SamplerPtr always_on();
SamplerPtr always_off();
// A rate outside 0 to 1 is taken as the nearer end.
SamplerPtr trace_id_ratio(double rate);

// Follows the parent; each case may be given to another sampler. A null delegate is the default named beside
// it.
struct ParentBasedDelegates {
  SamplerPtr root = nullptr;                       // always_on
  SamplerPtr remote_parent_sampled = nullptr;      // always_on
  SamplerPtr remote_parent_not_sampled = nullptr;  // always_off
  SamplerPtr local_parent_sampled = nullptr;       // always_on
  SamplerPtr local_parent_not_sampled = nullptr;   // always_off
};
SamplerPtr parent_based(ParentBasedDelegates delegates = {});

// The first rule of which everything that is set fits decides.
struct SamplingRule {
  std::string name = {};  // of the span: equal, or with one '*' at its end a prefix; empty: any
  std::optional<SpanKind> kind = std::nullopt;
  std::string attribute = {};    // a string attribute given at the span's start; empty: none asked for
  std::string value = {};        // that attribute's value: equal, or a prefix with '*'
  SamplerPtr sampler = nullptr;  // null: always_off
};
SamplerPtr rule_based(std::vector<SamplingRule> rules, SamplerPtr fallback);

// At most so many a second, with bursts of up to one second's worth; the rest is dropped.
SamplerPtr rate_limiting(double spans_per_second);

}  // namespace container_kit::telemetry
