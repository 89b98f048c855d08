#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "metrics/contender.h"

namespace bench {
namespace {

const prometheus::Labels& labels() {
  static const prometheus::Labels kLabels{{"tool_name", "analyze"}, {"status", "ok"}};
  return kLabels;
}

class PrometheusCpp : public Contender {
 public:
  std::string name() const override { return "prometheus-cpp"; }

  std::optional<Run> counter_bound(const Workload& work) override {
    auto& counter = bound_.Add(labels());
    const double took = time_calls(work, [&counter](std::uint64_t) { counter.Increment(); });
    return Run{took, counter.Value(), counter.Value()};
  }

  std::optional<Run> histogram_bound(const Workload& work) override {
    auto& histogram = histogram_.Add(labels(), boundaries());
    const auto& values = durations();
    const double took =
        time_calls(work, [&](std::uint64_t i) { histogram.Observe(values[i % values.size()]); });
    return totals(took, histogram);
  }

  // It has no exponential histogram; its explicit one is what one would use instead.
  std::optional<Run> exponential_bound(const Workload& work) override {
    auto& histogram = exponential_.Add(labels(), boundaries());
    const auto& values = durations();
    const double took =
        time_calls(work, [&](std::uint64_t i) { histogram.Observe(values[i % values.size()]); });
    return totals(took, histogram);
  }

  std::optional<Run> counter_attributes(const Workload& work) override {
    const double took = time_calls(work, [this](std::uint64_t) {
      by_name_.Add({{"tool_name", "analyze"}, {"status", "ok"}}).Increment();
    });
    auto& counter = by_name_.Add(labels());
    return Run{took, counter.Value(), counter.Value()};
  }

  std::optional<Run> histogram_attributes(const Workload& work) override {
    const auto& values = durations();
    const auto ends = boundaries();
    const double took = time_calls(work, [&](std::uint64_t i) {
      durations_by_name_.Add({{"tool_name", "analyze"}, {"status", "ok"}}, ends)
          .Observe(values[i % values.size()]);
    });
    return totals(took, durations_by_name_.Add(labels(), ends));
  }

  std::optional<Run> scrape_10k(const Workload& work) override {
    if (many_ == nullptr) many_ = make_many(10'000);
    std::string text;
    const prometheus::TextSerializer serializer;
    const double took =
        time_calls(work, [&](std::uint64_t) { text = serializer.Serialize(many_->Collect()); });
    Run run = read_back(text, "many_total");
    run.nanoseconds = took;
    return run;
  }

  bool make_100k() override {
    huge_ = make_many(100'000);
    return true;
  }

 private:
  static std::unique_ptr<prometheus::Registry> make_many(int series) {
    auto registry = std::make_unique<prometheus::Registry>();
    auto& family = prometheus::BuildCounter().Name("many_total").Help("Many").Register(*registry);
    for (int i = 0; i < series; ++i) {
      family.Add({{"route", "/api/items/" + std::to_string(i)}, {"status_code", "200"}}).Increment(i);
    }
    return registry;
  }

  static Run totals(double took, const prometheus::Histogram& histogram) {
    const auto collected = histogram.Collect().histogram;
    return {took, static_cast<double>(collected.sample_count), collected.sample_sum};
  }

  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& bound_ =
      prometheus::BuildCounter().Name("bound_total").Register(registry_);
  prometheus::Family<prometheus::Counter>& by_name_ =
      prometheus::BuildCounter().Name("attributes_total").Register(registry_);
  prometheus::Family<prometheus::Histogram>& histogram_ =
      prometheus::BuildHistogram().Name("bound_seconds").Register(registry_);
  prometheus::Family<prometheus::Histogram>& exponential_ =
      prometheus::BuildHistogram().Name("exponential_seconds").Register(registry_);
  prometheus::Family<prometheus::Histogram>& durations_by_name_ =
      prometheus::BuildHistogram().Name("attributes_seconds").Register(registry_);
  std::unique_ptr<prometheus::Registry> many_;
  std::unique_ptr<prometheus::Registry> huge_;
};

}  // namespace

std::unique_ptr<Contender> make_prometheus() {
  return std::make_unique<PrometheusCpp>();
}

}  // namespace bench
