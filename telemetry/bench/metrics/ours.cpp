#include <cstdio>
#include <cstdlib>

#include <container_kit/telemetry/manager.h>
#include <container_kit/telemetry/metrics.h>
#include <container_kit/telemetry/prometheus.h>

#include "metrics/contender.h"

namespace bench {
namespace {

using namespace container_kit::telemetry;

class Ours : public Contender {
 public:
  std::string name() const override { return "container-kit"; }

  std::optional<Run> counter_bound(const Workload& work) override {
    auto bound = counter_.bind({{"tool.name", "analyze"}, {"status", "ok"}});
    const double took = time_calls(work, [bound](std::uint64_t) mutable { bound.add(1); });
    return totals(took, "bound_total");
  }

  std::optional<Run> histogram_bound(const Workload& work) override {
    auto bound = histogram_.bind({{"tool.name", "analyze"}, {"status", "ok"}});
    const auto& values = durations();
    const double took = time_calls(
        work, [bound, &values](std::uint64_t i) mutable { bound.record(values[i % values.size()]); });
    return totals(took, "bound_seconds");
  }

  std::optional<Run> exponential_bound(const Workload& work) override {
    auto bound = exponential_.bind({{"tool.name", "analyze"}, {"status", "ok"}});
    const auto& values = durations();
    const double took = time_calls(
        work, [bound, &values](std::uint64_t i) mutable { bound.record(values[i % values.size()]); });
    return totals(took, "exponential_seconds");
  }

  std::optional<Run> counter_attributes(const Workload& work) override {
    const double took = time_calls(work, [counter = by_name_](std::uint64_t) mutable {
      counter.add(1, {{"tool.name", "analyze"}, {"status", "ok"}});
    });
    return totals(took, "attributes_total");
  }

  std::optional<Run> histogram_attributes(const Workload& work) override {
    const auto& values = durations();
    const double took = time_calls(work, [histogram = durations_by_name_, &values](std::uint64_t i) mutable {
      histogram.record(values[i % values.size()], {{"tool.name", "analyze"}, {"status", "ok"}});
    });
    return totals(took, "attributes_seconds");
  }

  std::optional<Run> scrape_10k(const Workload& work) override {
    if (many_ == nullptr) many_ = make_many(10'000);
    std::string text;
    const double took = time_calls(work, [&](std::uint64_t) {
      text.clear();
      many_->scraper.scrape(text);
    });
    Run run = read_back(text, "many_total");
    run.nanoseconds = took;
    return run;
  }

  std::optional<Run> tool(const Workload& work) override {
    if (manager_ == nullptr) manager_ = make_manager(PrivacyMode::kOff);
    const double took = time_tools(*manager_, work);
    Run run = tool_totals(*manager_);
    run.nanoseconds = took;
    return run;
  }

  std::optional<Run> tool_private(const Workload& work) override {
    if (private_ == nullptr) private_ = make_manager(PrivacyMode::kOn);
    const double took = time_tools(*private_, work);
    const Run before = tool_totals(*manager_);
    const Run run = tool_totals(*private_);
    return Run{took, before.count + run.count, before.sum + run.sum};
  }

  bool make_100k() override {
    huge_ = make_many(100'000);
    return true;
  }

 private:
  struct Many {
    MeterProvider provider{{.cardinality_limit = 200'000}};
    PrometheusScraper scraper{provider, {.scope_labels = false}};
  };

  static double time_tools(Manager& manager, const Workload& work) {
    const std::string name = "analyze";
    return time_bursts(
        work.calls, [&] { manager.instrument_tool_execution(name, [] { return 1; }); }, [] {},
        [&] { static_cast<void>(manager.force_flush(std::chrono::seconds(30))); });
  }

  static Run tool_totals(Manager& manager) {
    const std::string text = manager.scrape().body;
    const double errors = read_back(text, "tool_errors_total").sum;
    const double calls = read_back(text, "tool_execution_total").sum;
    const double durations = read_back(text, "tool_execution_duration_seconds_count").sum;
    const Health health = manager.health();
    return Run{0, errors + calls + durations, static_cast<double>(health.spans_ended - health.spans_dropped)};
  }

  // As a program would have it, but for an exporter: finished spans are discarded when they are flushed.
  static std::unique_ptr<Manager> make_manager(PrivacyMode privacy) {
    Config config;
    config.privacy.mode = privacy;
    config.traces_to_nowhere = true;
    auto manager = std::make_unique<Manager>(std::move(config));
    if (const auto ready = manager->initialize(); !ready) {
      std::fprintf(stderr, "%s\n", ready.error().message.c_str());
      std::exit(1);
    }
    return manager;
  }

  static std::unique_ptr<Many> make_many(int series) {
    auto many = std::make_unique<Many>();
    auto counter = many->provider.meter("bench").counter<std::int64_t>("many_total", {.description = "Many"});
    for (int i = 0; i < series; ++i) {
      counter.add(i, {{"route", "/api/items/" + std::to_string(i)}, {"status_code", "200"}});
    }
    return many;
  }

  Run totals(double took, const std::string& name) {
    std::string text;
    scraper_.scrape(text);
    const bool histogram = name.ends_with("_seconds");
    Run run = histogram ? Run{0, read_back(text, name + "_count").sum, read_back(text, name + "_sum").sum}
                        : Run{0, read_back(text, name).sum, read_back(text, name).sum};
    run.nanoseconds = took;
    return run;
  }

  MeterProvider provider_{{.views = {{.select = {.instrument_name = "exponential*"},
                                      .aggregation = {.kind = AggregationKind::kExponentialHistogram}}}}};
  Meter meter_ = provider_.meter("bench");
  Counter<std::int64_t> counter_ = meter_.counter<std::int64_t>("bound_total");
  Counter<std::int64_t> by_name_ = meter_.counter<std::int64_t>("attributes_total");
  Histogram<double> histogram_ =
      meter_.histogram<double>("bound_seconds", {.unit = "s", .boundaries = boundaries()});
  Histogram<double> exponential_ = meter_.histogram<double>("exponential_seconds", {.unit = "s"});
  Histogram<double> durations_by_name_ =
      meter_.histogram<double>("attributes_seconds", {.unit = "s", .boundaries = boundaries()});
  PrometheusScraper scraper_{provider_, {.scope_labels = false}};
  std::unique_ptr<Manager> manager_;
  std::unique_ptr<Manager> private_;
  std::unique_ptr<Many> many_;
  std::unique_ptr<Many> huge_;
};

}  // namespace

std::unique_ptr<Contender> make_ours() {
  return std::make_unique<Ours>();
}

}  // namespace bench
