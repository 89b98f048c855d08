#include "metrics/instrument.h"

#include <algorithm>
#include <bit>
#include <exception>
#include <utility>

#include <container_kit/telemetry/batch.h>

#include "metrics/callbacks.h"
#include "metrics/core.h"

namespace container_kit::telemetry::metrics {

std::string_view kind_name(InstrumentKind kind) noexcept {
  switch (kind) {
    case InstrumentKind::kCounter:
      return "counter";
    case InstrumentKind::kUpDownCounter:
      return "up-down counter";
    case InstrumentKind::kGauge:
      return "gauge";
    case InstrumentKind::kHistogram:
      return "histogram";
    case InstrumentKind::kObservableCounter:
      return "observable counter";
    case InstrumentKind::kObservableUpDownCounter:
      return "observable up-down counter";
    case InstrumentKind::kObservableGauge:
      return "observable gauge";
  }
  return "instrument";
}

std::string InstrumentDefinition::describe() const {
  return std::string(kind_name(kind)) + " \"" + name + "\" (" + (integer ? "int64" : "double") + ", unit \"" +
         unit + "\", description \"" + description + "\")";
}

}  // namespace container_kit::telemetry::metrics

namespace container_kit::telemetry::detail {

using metrics::Series;
using metrics::SetHash;
using metrics::Stream;

Instrument::Instrument(metrics::Core& core, metrics::InstrumentDefinition definition,
                       std::vector<std::unique_ptr<Stream>> streams)
    : core_(core),
      definition_(std::move(definition)),
      streams_(std::move(streams)),
      negative_allowed_(definition_.kind != InstrumentKind::kCounter &&
                        definition_.kind != InstrumentKind::kObservableCounter &&
                        definition_.kind != InstrumentKind::kHistogram),
      exemplar_filter_(core.options().exemplar_filter),
      clock_(core.options().clock),
      expires_(core.options().series_expiry.count() > 0),
      only_stream_(streams_.size() == 1 && !expires_ ? streams_[0].get() : nullptr) {}

template <typename T>
bool Instrument::accepts(T value) noexcept {
  const bool fine = negative_allowed_ ? is_recordable<false>(value) : is_recordable<true>(value);
  if (!fine) [[unlikely]]
    core_.count_skipped();
  return fine;
}

template <typename T>
inline void Instrument::record_to(Stream& stream, Series& series, T value, Attributes attributes) noexcept {
  stream.record(series, value);
  const SpanContext* const span = sampled_span();
  if (wants_exemplar(span)) [[unlikely]] {
    stream.offer_exemplar(series, static_cast<double>(value), attributes, span, clock_);
  }
}

template <typename T>
void Instrument::record(T value, Attributes attributes) noexcept {
  if (!accepts(value)) [[unlikely]]
    return;
  if (only_stream_ == nullptr) [[unlikely]]
    return record_to_all(value, attributes);
  metrics::NearSet& near = metrics::near_set(only_stream_->owner_number(), attributes);
  if (!near.is(only_stream_->owner_number(), attributes)) [[unlikely]] {
    return record_far(near, value, attributes);
  }
  record_to(*only_stream_, *static_cast<Series*>(near.entry->target), value, attributes);
}

template <typename T>
void Instrument::record_far(metrics::NearSet& near, T value, Attributes attributes) noexcept {
  const SetHash hash = metrics::hash_attributes(attributes);
  metrics::TableEntry* entry = only_stream_->find_entry(attributes, hash);
  if (entry == nullptr) [[unlikely]] {
    // Made now, or one of those that have no entry: the overflow set's, and those whose values are not plain.
    Series* series = only_stream_->resolve(attributes, hash, core_.now());
    if (series != nullptr) record_to(*only_stream_, *series, value, attributes);
    return;
  }
  near = {only_stream_->owner_number(), entry};
  record_to(*only_stream_, *static_cast<Series*>(entry->target), value, attributes);
}

template <typename T>
void Instrument::record_to_all(T value, Attributes attributes) noexcept {
  const SetHash hash = metrics::hash_attributes(attributes);
  const metrics::RecordSection section(expires_);
  for (const auto& stream : streams_) {
    Series* series = stream->find(attributes, hash);
    if (series == nullptr) series = stream->resolve(attributes, hash, core_.now());
    if (series == nullptr) continue;
    record_to(*stream, *series, value, attributes);
    if (expires_) series->touch();
  }
}

template <typename T>
void Instrument::record(const Binding& binding, T value) noexcept {
  if (!accepts(value)) [[unlikely]]
    return;
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (binding.series[i] != nullptr) streams_[i]->record(*binding.series[i], value);
  }
  offer_exemplar(binding, static_cast<double>(value), sampled_span());
}

template <typename T>
void Instrument::stage(T value, Attributes attributes, std::vector<metrics::Observation>& out) {
  if (!accepts(value)) return;
  const SetHash hash = metrics::hash_attributes(attributes);
  std::uint64_t bits = 0;
  if (definition_.integer) {
    bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  } else {
    bits = std::bit_cast<std::uint64_t>(static_cast<double>(value));
  }
  for (const auto& stream : streams_) {
    if (!stream->is_observable()) continue;
    Series* series = stream->resolve_reported(attributes, hash, core_.now());
    if (series != nullptr) out.push_back({stream.get(), series, bits});
  }
}

template void Instrument::stage(std::int64_t, Attributes, std::vector<metrics::Observation>&);
template void Instrument::stage(double, Attributes, std::vector<metrics::Observation>&);

Binding& Instrument::binding_of(std::vector<Series*> series, Attributes attributes) {
  constexpr std::size_t kMaxBindings =
      10'000;  // beyond it, exemplars do without the attributes that views drop
  std::string packed;
  std::uint32_t count = 0;
  const bool drops =
      std::any_of(streams_.begin(), streams_.end(), [](const auto& stream) { return stream->drops_keys(); });
  if (drops && bindings_.size() < kMaxBindings) {
    metrics::CanonicalSet set;
    set.assign(attributes, {});
    packed.resize(metrics::PackedSet::packed_size(set.attributes()));
    metrics::PackedSet::pack(set.attributes(), packed.data());
    count = static_cast<std::uint32_t>(set.attributes().size());
  }
  std::unique_ptr<Binding>& binding = bindings_[{series, packed}];
  if (binding != nullptr) return *binding;
  auto made = std::make_unique<Binding>(Binding{std::move(series), std::move(packed)});
  metrics::PackedSet(made->packed.data(), count).for_each([&](const Attribute& attribute) {
    made->attributes.push_back(attribute);
  });
  binding = std::move(made);
  return *binding;
}

BoundTarget Instrument::bind(std::shared_ptr<Instrument> self, Attributes attributes) {
  const SetHash hash = metrics::hash_attributes(attributes);
  std::vector<Series*> series;
  {
    const metrics::RecordSection section(expires_);
    for (const auto& stream : streams_) {
      series.push_back(stream->resolve(attributes, hash, core_.now(), metrics::Pin::kYes));
    }
  }
  const std::scoped_lock lock(mutex_);
  Binding& binding = binding_of(series, attributes);
  BoundTarget target{.binding = &binding, .instrument = std::move(self)};
  // With exemplars of every measurement, or several views, each record must come by here.
  const bool plain =
      streams_.size() == 1 && series[0] != nullptr && exemplar_filter_ != ExemplarFilter::kAlwaysOn;
  if (plain && streams_[0]->takes_plain_writes(definition_.kind)) {
    target.cell = series[0]->cell;
    target.layout = streams_[0]->layout();
    target.exponential = streams_[0]->exponential();
    if (exemplar_filter_ == ExemplarFilter::kTraceBased) target.sampled = series[0];
  }
  return target;
}

void record(Instrument& instrument, std::int64_t value, Attributes attributes) noexcept {
  instrument.record(value, attributes);
}

void record(Instrument& instrument, double value, Attributes attributes) noexcept {
  instrument.record(value, attributes);
}

void record(const BoundTarget& target, std::int64_t value) noexcept {
  if (target.instrument != nullptr) target.instrument->record(*target.binding, value);
}

void record(const BoundTarget& target, double value) noexcept {
  if (target.instrument != nullptr) target.instrument->record(*target.binding, value);
}

BoundTarget bind(const std::shared_ptr<Instrument>& instrument, Attributes attributes) noexcept {
  try {
    if (instrument != nullptr) return instrument->bind(instrument, attributes);
  } catch (const std::exception&) {
    // Out of memory: a target that does nothing.
  }
  return {};
}

void offer_exemplar(const BoundTarget& target, double value) noexcept {
  if (target.instrument != nullptr) target.instrument->offer_exemplar(*target.binding, value, sampled_span());
}

void offer_exemplars(const BoundTarget* targets, const double* values, unsigned which) noexcept {
  const SpanContext* const span = sampled_span();
  for (; which != 0; which &= which - 1) {
    const auto i = static_cast<unsigned>(std::countr_zero(which));
    const BoundTarget& target = targets[i];
    if (target.sampled == nullptr || span == nullptr) {
      if (target.instrument != nullptr) target.instrument->offer_exemplar(*target.binding, values[i], span);
      continue;
    }
    const std::uint32_t place = target.layout != nullptr ? target.layout->index.find(values[i]) : 0;
    metrics::ExemplarReservoir* const reservoir = target.sampled->exemplars.load(std::memory_order_acquire);
    if (reservoir != nullptr && !reservoir->offer(place)) [[likely]]
      continue;
    target.instrument->keep_exemplar(*target.binding, place, values[i], *span);
  }
}

}  // namespace container_kit::telemetry::detail
