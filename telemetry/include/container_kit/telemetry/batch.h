// Batch: several instruments that are always recorded together, with one attribute set and one look-up.
//
//   Batch batch{executions, errors, duration};            // Counter, Counter, Histogram
//   batch.record({{"tool.name", name}}, 1, failed ? 1 : 0, seconds);
//   auto bound = batch.bind({{"tool.name", name}});       // the look-up done once and for all
//   bound.record(1, 0, seconds);
//
// Where series expire, record() looks the set up once for each instrument, and its series expire as others
// do.
//
// Thread safety: every member may be called from any thread.
// Ownership: shares its instruments and their look-up table; copies share the table.
// Errors: those of instruments.h; a default constructed instrument in a batch is skipped.
#pragma once

#include <array>
#include <memory>
#include <tuple>
#include <utility>

#include <container_kit/telemetry/instruments.h>

namespace container_kit::telemetry {

namespace detail {

class BatchTable;

// A table for these instruments; null when memory ran out.
std::shared_ptr<BatchTable> make_batch_table(const std::shared_ptr<Instrument>* instruments,
                                             std::size_t count) noexcept;
// One target for each instrument, valid as long as the table. Null when memory ran out or the table is full.
const BoundTarget* find_targets(BatchTable& table, Attributes attributes) noexcept;
// Offers values[i] to the exemplars of targets[i] for each bit i of `which`.
void offer_exemplars(const BoundTarget* targets, const double* values, unsigned which) noexcept;

// Records one value in each target; whether it may be an exemplar is looked at once for all.
template <typename... Bounds>
void record_targets(const BoundTarget* targets, typename Bounds::value_type... values) noexcept {
  static_assert(sizeof...(Bounds) <= 32);
  const BoundTarget* target = targets;
  unsigned bit = 1;
  unsigned counted = 0;
  const auto mark = [&](bool done) {
    counted |= done ? bit : 0;
    bit <<= 1U;
  };
  (mark(Bounds::count(*target++, values)), ...);
  if (exemplar_wanted()) [[unlikely]] {
    const std::array<double, sizeof...(Bounds)> offered{static_cast<double>(values)...};
    offer_exemplars(targets, offered.data(), counted);
  }
}

}  // namespace detail

template <typename... Bounds>
class BoundBatch {
 public:
  BoundBatch() noexcept = default;
  explicit BoundBatch(const Bounds&... bounds) noexcept : targets_{bounds.target()...} {}

  void record(typename Bounds::value_type... values) const noexcept {
    detail::record_targets<Bounds...>(targets_.data(), values...);
  }

 private:
  std::array<detail::BoundTarget, sizeof...(Bounds)> targets_{};
};

template <typename... Instruments>
class Batch {
 public:
  Batch() noexcept = default;
  explicit Batch(Instruments... instruments) noexcept : instruments_(std::move(instruments)...) {
    const auto handles =
        std::apply([](const Instruments&... each) { return std::array{each.instrument()...}; }, instruments_);
    table_ = detail::make_batch_table(handles.data(), handles.size());
  }

  void record(Attributes attributes, typename Instruments::value_type... values) noexcept {
    const detail::BoundTarget* targets = table_ ? detail::find_targets(*table_, attributes) : nullptr;
    if (targets == nullptr) [[unlikely]] {
      return record_each(attributes, values...);
    }
    detail::record_targets<typename Instruments::bound_type...>(targets, values...);
  }

  BoundBatch<typename Instruments::bound_type...> bind(Attributes attributes) const noexcept {
    return std::apply(
        [&](const Instruments&... each) {
          return BoundBatch<typename Instruments::bound_type...>(each.bind(attributes)...);
        },
        instruments_);
  }

 private:
  // Where the table cannot help: one look-up for each instrument.
  void record_each(Attributes attributes, typename Instruments::value_type... values) noexcept {
    const auto record_one = [&](const auto& handle, auto value) {
      if (handle.instrument() != nullptr) detail::record(*handle.instrument(), value, attributes);
    };
    std::apply([&](const Instruments&... each) { (record_one(each, values), ...); }, instruments_);
  }

  std::tuple<Instruments...> instruments_;
  std::shared_ptr<detail::BatchTable> table_;
};

}  // namespace container_kit::telemetry
