#include <opentelemetry/context/context.h>
#include <opentelemetry/metrics/sync_instruments.h>
#include <opentelemetry/sdk/metrics/aggregation/aggregation_config.h>
#include <opentelemetry/sdk/metrics/data/point_data.h>
#include <opentelemetry/sdk/metrics/export/metric_producer.h>
#include <opentelemetry/sdk/metrics/meter_provider.h>
#include <opentelemetry/sdk/metrics/metric_reader.h>
#include <opentelemetry/sdk/metrics/view/instrument_selector.h>
#include <opentelemetry/sdk/metrics/view/meter_selector.h>
#include <opentelemetry/sdk/metrics/view/view.h>
#include <opentelemetry/trace/scope.h>

#include "metrics/contender.h"
#include "tracing/peer.h"

namespace bench {
namespace {

namespace api = opentelemetry::metrics;
namespace sdk = opentelemetry::sdk::metrics;

class Reader : public sdk::MetricReader {
 public:
  sdk::AggregationTemporality GetAggregationTemporality(sdk::InstrumentType) const noexcept override {
    return sdk::AggregationTemporality::kCumulative;
  }

 private:
  bool OnForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool OnShutDown(std::chrono::microseconds) noexcept override { return true; }
};

Run read_point(const sdk::PointType& point) {
  if (const auto* sum = opentelemetry::nostd::get_if<sdk::SumPointData>(&point)) {
    const auto value = static_cast<double>(opentelemetry::nostd::get<std::int64_t>(sum->value_));
    return {0, value, value};
  }
  if (const auto* histogram = opentelemetry::nostd::get_if<sdk::HistogramPointData>(&point)) {
    return {0, static_cast<double>(histogram->count_), opentelemetry::nostd::get<double>(histogram->sum_)};
  }
  return {};
}

class OpenTelemetryCpp : public Contender {
 public:
  OpenTelemetryCpp() : reader_(std::make_shared<Reader>()) {
    provider_.AddMetricReader(reader_);
    add_boundaries("attributes_seconds");
    add_boundaries("tool_execution_duration_seconds");
    auto meter = provider_.GetMeter("bench");
    executions_ = meter->CreateUInt64Counter("tool_execution_total");
    errors_ = meter->CreateUInt64Counter("tool_errors_total");
    tool_durations_ = meter->CreateDoubleHistogram("tool_execution_duration_seconds", "", "s");
    counter_ = meter->CreateUInt64Counter("attributes_total");
    histogram_ = meter->CreateDoubleHistogram("attributes_seconds", "", "s");
  }

  std::string name() const override { return "opentelemetry-cpp"; }
  // It has no bound instruments, no exponential histogram and, without its exporters, no text.
  std::optional<Run> counter_bound(const Workload&) override { return std::nullopt; }
  std::optional<Run> histogram_bound(const Workload&) override { return std::nullopt; }
  std::optional<Run> exponential_bound(const Workload&) override { return std::nullopt; }
  std::optional<Run> scrape_10k(const Workload&) override { return std::nullopt; }
  bool make_100k() override { return false; }

  std::optional<Run> tool(const Workload& work) override {
    if (tracing_ == nullptr) tracing_ = std::make_unique<Tracing>(Tracing::Options{});
    const std::string name = "analyze";
    const double took = time_bursts(
        work.calls, [&] { call_tool(name, [] { return 1; }); }, [this] { tracing_->hold(); },
        [this] { tracing_->flush(); });
    const double counted = totals(0, "tool_execution_total").count + totals(0, "tool_errors_total").count;
    const double durations = totals(0, "tool_execution_duration_seconds").count;
    return Run{took, counted + durations, static_cast<double>(tracing_->received().count())};
  }

  std::optional<Run> counter_attributes(const Workload& work) override {
    const double took = time_calls(work, [this](std::uint64_t) {
      counter_->Add(1, {{"tool.name", "analyze"}, {"status", "ok"}});
    });
    return totals(took, "attributes_total");
  }

  std::optional<Run> histogram_attributes(const Workload& work) override {
    const auto& values = durations();
    const opentelemetry::context::Context context;
    const double took = time_calls(work, [&](std::uint64_t i) {
      histogram_->Record(values[i % values.size()], {{"tool.name", "analyze"}, {"status", "ok"}}, context);
    });
    return totals(took, "attributes_seconds");
  }

 private:
  using Tracing = container_kit::telemetry::bench::Peer;

  // What Manager::instrument_tool_execution does, in its words.
  template <typename Function>
  int call_tool(const std::string& tool, Function function) {
    auto span = tracing_->tracer().StartSpan("tool." + tool,
                                             {{"tool.name", tool}, {"operation.type", "tool_execution"}});
    const auto start = std::chrono::steady_clock::now();
    int result = 0;
    {
      const opentelemetry::trace::Scope scope(span);
      result = function();
      span->End();
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      executions_->Add(1, {{"tool.name", tool}});
      errors_->Add(0, {{"tool.name", tool}});
      tool_durations_->Record(took.count(), {{"tool.name", tool}},
                              opentelemetry::context::RuntimeContext::GetCurrent());
    }
    return result;
  }

  void add_boundaries(const char* histogram) {
    auto config = std::make_shared<sdk::HistogramAggregationConfig>();
    config->boundaries_ = boundaries();
    provider_.AddView(
        std::make_unique<sdk::InstrumentSelector>(sdk::InstrumentType::kHistogram, histogram, "s"),
        std::make_unique<sdk::MeterSelector>("bench", "", ""),
        std::make_unique<sdk::View>(histogram, "", "s", sdk::AggregationType::kHistogram, config));
  }

  Run totals(double took, const std::string& name) {
    Run run;
    reader_->Collect([&](sdk::ResourceMetrics& collected) {
      for (const auto& scope : collected.scope_metric_data_) {
        for (const auto& metric : scope.metric_data_) {
          if (metric.instrument_descriptor.name_ != name) continue;
          for (const auto& point : metric.point_data_attr_) run = read_point(point.point_data);
        }
      }
      return true;
    });
    run.nanoseconds = took;
    return run;
  }

  sdk::MeterProvider provider_;
  std::shared_ptr<Reader> reader_;
  opentelemetry::nostd::unique_ptr<api::Counter<std::uint64_t>> counter_;
  opentelemetry::nostd::unique_ptr<api::Histogram<double>> histogram_;
  opentelemetry::nostd::unique_ptr<api::Counter<std::uint64_t>> executions_;
  opentelemetry::nostd::unique_ptr<api::Counter<std::uint64_t>> errors_;
  opentelemetry::nostd::unique_ptr<api::Histogram<double>> tool_durations_;
  std::unique_ptr<Tracing> tracing_;
};

}  // namespace

std::unique_ptr<Contender> make_opentelemetry() {
  return std::make_unique<OpenTelemetryCpp>();
}

}  // namespace bench
