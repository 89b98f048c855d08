// What stands behind an instrument handle: its definition and the streams its measurements go to.
//
// Thread safety: definition and streams never change; bindings are guarded by a mutex.
// Ownership: owned by the Core; handles share the Core's ownership.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <container_kit/telemetry/instruments.h>

#include "metrics/stream.h"

namespace container_kit::telemetry::metrics {
class Core;
struct Observation;

// The definition as the program gave it.
struct InstrumentDefinition {
  const Scope* scope = nullptr;
  std::string name;
  std::string description;
  std::string unit;
  InstrumentKind kind = InstrumentKind::kCounter;
  bool integer = false;

  bool same_identity(const InstrumentDefinition& other) const noexcept {
    return kind == other.kind && integer == other.integer && unit == other.unit && name == other.name;
  }
  // For people: counter "http_requests_total" (int64, unit "s", description "…").
  std::string describe() const;
};

std::string_view kind_name(InstrumentKind kind) noexcept;

}  // namespace container_kit::telemetry::metrics

namespace container_kit::telemetry::detail {

// One attribute set of one instrument: the series of each stream, in the order of the streams.
struct Binding {
  std::vector<metrics::Series*> series;
  // What it was bound with, where a view drops some of it: exemplars carry that.
  std::string packed = {};
  std::vector<Attribute> attributes = {};  // into `packed`
};

class Instrument {
 public:
  Instrument(metrics::Core& core, metrics::InstrumentDefinition definition,
             std::vector<std::unique_ptr<metrics::Stream>> streams);

  const metrics::InstrumentDefinition& definition() const noexcept { return definition_; }
  const std::vector<std::unique_ptr<metrics::Stream>>& streams() const noexcept { return streams_; }
  bool expires() const noexcept { return expires_; }

  template <typename T>
  void record(T value, Attributes attributes) noexcept;
  template <typename T>
  void record(const Binding& binding, T value) noexcept;
  BoundTarget bind(std::shared_ptr<Instrument> self, Attributes attributes);
  // What a callback observed, put where it waits until the callback has returned.
  template <typename T>
  void stage(T value, Attributes attributes, std::vector<metrics::Observation>& out);
  void offer_exemplar(const Binding& binding, double value, const SpanContext* span) noexcept {
    if (!wants_exemplar(span)) return;
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      if (binding.series[i] == nullptr) continue;
      streams_[i]->offer_exemplar(*binding.series[i], value, std::span<const Attribute>(binding.attributes),
                                  span, clock_);
    }
  }

  // For a binding of one series, whose reservoir wants the measurement or is still to be made.
  void keep_exemplar(const Binding& binding, std::uint32_t place, double value,
                     const SpanContext& span) noexcept {
    streams_[0]->keep_exemplar(*binding.series[0], place, value,
                               std::span<const Attribute>(binding.attributes), &span, clock_);
  }

 private:
  // `span` is the sampled one that is current, or null.
  bool wants_exemplar(const SpanContext* span) const noexcept {
    return exemplar_filter_ == ExemplarFilter::kTraceBased ? span != nullptr
                                                           : exemplar_filter_ == ExemplarFilter::kAlwaysOn;
  }
  template <typename T>
  void record_to(metrics::Stream& stream, metrics::Series& series, T value, Attributes attributes) noexcept;
  // For a set that this thread has not used lately.
  template <typename T>
  void record_far(metrics::NearSet& near, T value, Attributes attributes) noexcept;
  // Several streams, or series that expire.
  template <typename T>
  void record_to_all(T value, Attributes attributes) noexcept;
  template <typename T>
  bool accepts(T value) noexcept;
  // Precondition: mutex_ is held.
  Binding& binding_of(std::vector<metrics::Series*> series, Attributes attributes);

  metrics::Core& core_;
  const metrics::InstrumentDefinition definition_;
  const std::vector<std::unique_ptr<metrics::Stream>> streams_;
  const bool negative_allowed_;
  const ExemplarFilter exemplar_filter_;
  const std::function<std::uint64_t()>& clock_;  // the Core's
  const bool expires_;
  metrics::Stream* const only_stream_;  // where there is just one, without expiry: the short way

  std::mutex mutex_;
  std::map<std::pair<std::vector<metrics::Series*>, std::string>, std::unique_ptr<Binding>> bindings_;
};

}  // namespace container_kit::telemetry::detail
