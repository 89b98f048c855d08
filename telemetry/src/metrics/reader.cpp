#include "metrics/reader.h"

#include <utility>

namespace container_kit::telemetry::metrics {

Reader::Reader(std::shared_ptr<Core> core, TemporalityPreference preference)
    : core_(std::move(core)), preference_(preference), created_(core_->now()) {
  const std::scoped_lock lock(core_->collection_mutex());
  if (preference_ != TemporalityPreference::kCumulative) core_->add_delta_reader(last_round_);
}

Reader::~Reader() {
  const std::scoped_lock lock(core_->collection_mutex());
  core_->remove_delta_reader(last_round_);
  for (const auto& [stream, state] : states_) stream->remove_delta_state(state.get());
}

DeltaState* Reader::state_of(Stream& stream) {
  if (preference_ == TemporalityPreference::kCumulative || !stream.info().monotonic) return nullptr;
  if (preference_ == TemporalityPreference::kLowMemory && stream.is_observable()) return nullptr;
  std::unique_ptr<DeltaState>& state = states_[&stream];
  if (state == nullptr) {
    state = std::make_unique<DeltaState>(created_, last_round_);
    stream.add_delta_state(state.get());
  }
  return state.get();
}

void Reader::collect(const std::function<void(const MetricData&)>& visit) {
  const std::scoped_lock lock(core_->collection_mutex());
  const std::uint64_t round = core_->begin_round();
  const std::uint64_t now = core_->now();
  for (Stream* stream : core_->streams()) {
    const MetricData data = stream->collect(buffers_, state_of(*stream), now);
    if (!data.numbers.empty() || !data.histograms.empty() || !data.exponentials.empty()) visit(data);
  }
  last_round_ = round;
}

}  // namespace container_kit::telemetry::metrics
