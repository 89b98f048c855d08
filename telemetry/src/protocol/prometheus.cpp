#include <exception>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include <container_kit/telemetry/prometheus.h>

#include "metrics/core.h"
#include "protocol/prometheus_name.h"
#include "protocol/prometheus_text.h"

namespace container_kit::telemetry {
namespace {

using protocol::FamilyHead;
using protocol::SampleStyle;

struct Member {
  metrics::Stream* stream;
  SampleStyle style;
};

struct Family {
  FamilyHead head;
  std::vector<Member> members;
};

std::string_view type_of(const metrics::MetricInfo& info) noexcept {
  switch (info.aggregation) {
    case AggregationKind::kExplicitHistogram:
    case AggregationKind::kExponentialHistogram:
      return "histogram";
    case AggregationKind::kSum:
      return info.monotonic ? "counter" : "gauge";
    default:
      return "gauge";
  }
}

std::string scope_labels(const metrics::Scope& scope) {
  std::string out;
  protocol::append_label(out, "otel_scope_name", scope.name);
  if (!scope.version.empty()) protocol::append_label(out, "otel_scope_version", scope.version);
  if (!scope.schema_url.empty()) protocol::append_label(out, "otel_scope_schema_url", scope.schema_url);
  const std::string attributes = protocol::label_text(scope.attributes(), "otel_scope_");
  if (!attributes.empty()) out.append(",").append(attributes);
  return out;
}

}  // namespace

class PrometheusScraper::Impl {
 public:
  Impl(std::shared_ptr<metrics::Core> core, const PrometheusOptions& options)
      : core_(std::move(core)), scope_labels_(options.scope_labels) {
    metrics::CanonicalSet set;
    set.assign(options.resource, {});
    std::string packed(metrics::PackedSet::packed_size(set.attributes()), '\0');
    metrics::PackedSet::pack(set.attributes(), packed.data());
    resource_ = protocol::label_text({packed.data(), static_cast<std::uint32_t>(set.attributes().size())});
  }

  void scrape(std::string& out, ScrapeFormat format) {
    const std::scoped_lock lock(core_->collection_mutex());
    core_->begin_round();
    update_families();
    protocol::PrometheusText text(out, format);
    if (!resource_.empty()) text.target_info(resource_);
    const std::uint64_t now = core_->now();
    for (const auto& [name, family] : families_) {
      bool headed = false;
      for (const Member& member : family.members) {
        const metrics::MetricData data = member.stream->collect(buffers_, nullptr, now);
        if (data.numbers.empty() && data.histograms.empty() && data.exponentials.empty()) continue;
        if (!std::exchange(headed, true)) text.head(family.head);
        text.samples(member.style, data);
      }
    }
    text.finish();
  }

 private:
  // Streams are only ever added, so a larger number of them is all that can have changed.
  void update_families() {
    if (core_->stream_count() == streams_seen_) return;
    const std::vector<metrics::Stream*> streams = core_->streams();
    for (; streams_seen_ < streams.size(); ++streams_seen_) add_stream(*streams[streams_seen_]);
  }

  void add_stream(metrics::Stream& stream) {
    const metrics::MetricInfo& info = stream.info();
    const std::string name = protocol::metric_name(info);
    auto [it, fresh] = families_.try_emplace(name);
    Family& family = it->second;
    if (fresh) {
      const bool gauge = info.aggregation == AggregationKind::kLastValue;
      family.head = {name, std::string(type_of(info)), info.description,
                     protocol::unit_word(info.unit, gauge)};
    }
    SampleStyle style{name, scope_labels_ ? scope_labels(*info.scope) : std::string(),
                      protocol::render_ends(info.boundaries)};
    if (!fresh && !can_join(family, style, info)) {
      core_->problems().report_once("prometheus:" + info.scope->name + '/' + info.name,
                                    "metric " + info.name + " of meter \"" + info.scope->name +
                                        "\" is not shown to Prometheus: another metric is shown as " + name);
      return;
    }
    family.members.push_back({&stream, std::move(style)});
  }

  // One family has one type, and its members must differ in their scope labels, or series could be repeated.
  static bool can_join(const Family& family, const SampleStyle& style, const metrics::MetricInfo& info) {
    if (family.head.type != type_of(info)) return false;
    for (const Member& member : family.members) {
      if (member.style.scope_labels == style.scope_labels) return false;
    }
    return true;
  }

  std::shared_ptr<metrics::Core> core_;
  const bool scope_labels_;
  std::string resource_;
  std::size_t streams_seen_ = 0;
  std::map<std::string, Family> families_;
  metrics::PointBuffers buffers_;
};

PrometheusScraper::PrometheusScraper(MeterProvider& provider, PrometheusOptions options)
    : impl_(std::make_unique<Impl>(provider.core(), options)) {}

PrometheusScraper::~PrometheusScraper() = default;

void PrometheusScraper::scrape(std::string& out, ScrapeFormat format) noexcept {
  const std::size_t before = out.size();
  try {
    impl_->scrape(out, format);
  } catch (const std::exception&) {
    out.resize(before);  // out of memory: nothing rather than half of it
  }
}

}  // namespace container_kit::telemetry
