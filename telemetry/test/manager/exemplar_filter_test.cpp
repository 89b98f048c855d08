// Which measurements become exemplars, as OTEL_METRICS_EXEMPLAR_FILTER says.
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/manager.h>

namespace container_kit::telemetry {
namespace {

using ::testing::HasSubstr;

// What OpenMetrics shows of a counter that was added to within a sampled span, within one that is not
// sampled, and outside any.
struct Shown {
  std::string sampled;
  std::string unsampled;
  std::string outside;
  std::string trace_id;  // of the sampled span
};

Manager& start(std::optional<Manager>& manager, ExemplarFilter filter, double sample_rate) {
  Config config;
  config.service_name = "exemplar-filter-test";
  config.traces_to_nowhere = true;
  config.trace_sample_rate = sample_rate;
  config.exemplar_filter = filter;
  config.log_level = LogLevel::kNone;
  manager.emplace(std::move(config));
  EXPECT_TRUE(manager->initialize());
  return *manager;
}

std::string line_of(Manager& manager, const std::string& series) {
  const std::string text = manager.scrape("application/openmetrics-text; version=1.0.0").body;
  const std::size_t begin = text.find("\n" + series + " ") + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

Shown show(ExemplarFilter filter) {
  Shown shown;
  std::optional<Manager> manager;
  for (const double sample_rate : {1.0, 0.0}) {
    Manager& current = start(manager, filter, sample_rate);
    auto counter = current.metrics().meter().counter<std::int64_t>("answers");
    current.instrument_operation("work", [&] {
      if (sample_rate == 1.0) shown.trace_id = Manager::trace_id();
      counter.add(1, {{"where", "inside"}});
    });
    counter.add(1, {{"where", "outside"}});
    (sample_rate == 1.0 ? shown.sampled : shown.unsampled) =
        line_of(current, "answers_total{where=\"inside\"}");
    shown.outside = line_of(current, "answers_total{where=\"outside\"}");
  }
  return shown;
}

TEST(ExemplarFilter, TraceBasedTakesWhatIsMadeWithinSampledSpans) {
  const Shown shown = show(ExemplarFilter::kTraceBased);
  EXPECT_THAT(shown.sampled, HasSubstr(" 1 # {trace_id=\"" + shown.trace_id + "\""));
  EXPECT_EQ(shown.unsampled, "answers_total{where=\"inside\"} 1");
  EXPECT_EQ(shown.outside, "answers_total{where=\"outside\"} 1");
}

TEST(ExemplarFilter, AlwaysOffTakesNone) {
  const Shown shown = show(ExemplarFilter::kAlwaysOff);
  EXPECT_EQ(shown.sampled, "answers_total{where=\"inside\"} 1");
  EXPECT_EQ(shown.unsampled, shown.sampled);
  EXPECT_EQ(shown.outside, "answers_total{where=\"outside\"} 1");
}

TEST(ExemplarFilter, AlwaysOnTakesAllAndNamesTheSpanWhereThereIsOne) {
  const Shown shown = show(ExemplarFilter::kAlwaysOn);
  EXPECT_THAT(shown.sampled, HasSubstr(" 1 # {trace_id=\"" + shown.trace_id + "\""));
  EXPECT_THAT(shown.unsampled, HasSubstr(" 1 # {} 1"));
  EXPECT_THAT(shown.outside, HasSubstr(" 1 # {} 1"));
}

}  // namespace
}  // namespace container_kit::telemetry
