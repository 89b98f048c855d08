#include "metrics/core.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <limits>
#include <utility>

#include "metrics/view_match.h"

namespace container_kit::telemetry::metrics {
namespace {

std::uint64_t system_time() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
}

constexpr std::chrono::milliseconds kLongestExpiry = std::chrono::hours(24 * 365 * 100);

MetricsOptions complete(MetricsOptions options) {
  if (!options.clock) options.clock = system_time;
  options.cardinality_limit = std::max<std::size_t>(options.cardinality_limit, 1);
  options.series_expiry = std::clamp(options.series_expiry, std::chrono::milliseconds(0), kLongestExpiry);
  return options;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// The specification's instrument name: a letter, then letters, digits and _.-/, 255 characters at most.
bool is_valid_name(std::string_view name) noexcept {
  constexpr std::size_t kMaxName = 255;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto inner = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == '/';
  };
  return !name.empty() && name.size() <= kMaxName && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), inner);
}

Scope make_scope(std::string_view name, const MeterOptions& options, const privacy::Filter* privacy) {
  CanonicalSet set;
  set.assign(options.attributes, {}, privacy);
  Scope scope{std::string(name), std::string(options.version), std::string(options.schema_url), {}, 0};
  scope.packed_attributes.resize(PackedSet::packed_size(set.attributes()));
  PackedSet::pack(set.attributes(), scope.packed_attributes.data());
  scope.attribute_count = static_cast<std::uint32_t>(set.attributes().size());
  return scope;
}

}  // namespace

Core::Core(MetricsOptions options)
    : options_(complete(std::move(options))),
      problems_(options_.on_problem),
      callbacks_(problems_, options_.callback_deadline) {}

std::uint64_t Core::begin_round() {
  Round round{++round_, now(), std::numeric_limits<std::uint64_t>::max(), false};
  const std::vector<Stream*> streams = this->streams();
  for (Stream* stream : streams) {
    if (stream->is_observable()) stream->set_shared_mark(round_);
  }
  const bool all_ran = callbacks_.run_all([this](const std::vector<Observation>& observations) {
    for (const Observation& seen : observations) seen.stream->observe(*seen.series, seen.bits, round_);
  });
  round.callback_failed = !all_ran;
  for (const std::uint64_t* reader : delta_readers_)
    round.oldest_delta = std::min(round.oldest_delta, *reader);
  for (Stream* stream : streams) stream->release_idle(round);
  return round_;
}

void Core::add_delta_reader(std::uint64_t& last_round) {
  delta_readers_.push_back(&last_round);
  last_round = round_;
}

void Core::stop() noexcept {
  const std::scoped_lock lock(collection_mutex_);
  callbacks_.stop();
}

MeterState& Core::meter(std::string_view name, const MeterOptions& options) {
  if (name.empty()) problems_.report_once("meter", "a meter has no name; its metrics carry an empty scope");
  Scope scope = make_scope(name, options, options_.privacy.get());
  const std::scoped_lock lock(mutex_);
  const auto found = std::find_if(meters_.begin(), meters_.end(),
                                  [&](const auto& meter) { return meter->scope() == scope; });
  if (found != meters_.end()) return **found;
  return *meters_.emplace_back(std::make_unique<MeterState>(*this, std::move(scope)));
}

detail::Instrument* Core::instrument(const Scope& scope, InstrumentKind kind, bool integer,
                                     std::string_view name, const InstrumentOptions& options) {
  InstrumentDefinition definition{
      &scope, std::string(name), std::string(options.description), std::string(options.unit), kind, integer};
  if (!is_valid_name(name)) {
    problems_.report_once(
        "name:" + definition.name,
        definition.describe() +
            ": not recorded, because a name is a letter and then up to 254 letters, digits or _.-/");
    return nullptr;
  }
  const std::scoped_lock lock(mutex_);
  if (detail::Instrument* found = find_or_report(definition)) return found;
  auto streams = make_streams(definition, options);
  std::pair<const Scope*, std::string> key{&scope, lower_case(name)};
  auto instrument = std::make_unique<detail::Instrument>(*this, std::move(definition), std::move(streams));
  for (const auto& stream : instrument->streams()) streams_.push_back(stream.get());
  stream_count_.store(streams_.size(), std::memory_order_release);
  return instruments_.emplace(std::move(key), std::move(instrument))->second.get();
}

detail::Instrument* Core::find_or_report(const InstrumentDefinition& definition) {
  const auto [begin, end] = instruments_.equal_range({definition.scope, lower_case(definition.name)});
  for (auto it = begin; it != end; ++it) {
    const InstrumentDefinition& first = it->second->definition();
    if (first.same_identity(definition) && first.description == definition.description)
      return it->second.get();
    problems_.report_once("conflict:" + definition.scope->name + '/' + definition.describe(),
                          "conflicting instruments in meter \"" + definition.scope->name +
                              "\": " + first.describe() + " and " + definition.describe());
    // A description is for people: the instrument is still the same one.
    if (first.same_identity(definition)) return it->second.get();
  }
  return nullptr;
}

std::vector<std::unique_ptr<Stream>> Core::make_streams(const InstrumentDefinition& definition,
                                                        const InstrumentOptions& options) {
  std::vector<std::unique_ptr<Stream>> streams;
  for (StreamOptions& stream : stream_options(definition, options, options_, problems_)) {
    stream.start_unix_nano = now();
    stream.expiry_nano = static_cast<std::uint64_t>(std::chrono::nanoseconds(options_.series_expiry).count());
    streams.push_back(std::make_unique<Stream>(std::move(stream), problems_));
  }
  return streams;
}

std::vector<Stream*> Core::streams() const {
  const std::scoped_lock lock(mutex_);
  return streams_;
}

}  // namespace container_kit::telemetry::metrics
