// Which instruments a view applies to, and what it makes of them.
#include "metrics/view_match.h"

#include <gtest/gtest.h>

#include <container_kit/telemetry/meter_provider.h>
#include <container_kit/telemetry/prometheus.h>

#include "metrics/instrument.h"
#include "metrics/scrape_reader.h"

namespace container_kit::telemetry::metrics {
namespace {

TEST(ViewSelector, EveryCriterionMustHold) {
  const Scope scope{"lib", "1.2", "https://schema", {}, 0};
  const InstrumentDefinition definition{&scope, "jobs", "", "s", InstrumentKind::kHistogram, false};
  const InstrumentSelector all{"jo*", InstrumentKind::kHistogram, "s", "lib", "1.2", "https://schema"};
  EXPECT_TRUE(matches(all, definition));
  const auto without = [&](auto change) {
    InstrumentSelector other = all;
    change(other);
    return matches(other, definition);
  };
  EXPECT_FALSE(without([](InstrumentSelector& s) { s.instrument_name = "x*"; }));
  EXPECT_FALSE(without([](InstrumentSelector& s) { s.kind = InstrumentKind::kCounter; }));
  EXPECT_FALSE(without([](InstrumentSelector& s) { s.unit = "ms"; }));
  EXPECT_FALSE(without([](InstrumentSelector& s) { s.meter_name = "other"; }));
  EXPECT_FALSE(without([](InstrumentSelector& s) { s.meter_version = "1.3"; }));
  EXPECT_FALSE(without([](InstrumentSelector& s) { s.meter_schema_url = ""; }));
}

class Views : public ::testing::Test {
 protected:
  View& view(const char* instrument) {
    View& made = options_.views.emplace_back();
    made.select.instrument_name = instrument;
    return made;
  }
  // Starts the engine with the views made so far.
  Meter& meter() {
    if (provider_) return meter_;
    options_.on_problem = [this](std::string_view text) { problems_.emplace_back(text); };
    provider_.emplace(options_);
    meter_ = provider_->meter("test");
    return meter_;
  }
  Exposition scrape() {
    PrometheusScraper scraper(*provider_, {.scope_labels = false});
    return Exposition(scraper);
  }

  MetricsOptions options_;
  std::vector<std::string> problems_;
  std::optional<MeterProvider> provider_;
  Meter meter_;
};

TEST_F(Views, RenameAndDescribe) {
  View& renamed = view("old");
  renamed.name = "new";
  renamed.description = "Said anew.";
  meter().counter<std::int64_t>("old", {.description = "Before."}).add(3);
  EXPECT_EQ(scrape().text(), "# HELP new_total Said anew.\n# TYPE new_total counter\nnew_total 3\n");
}

TEST_F(Views, DropMakesNothingAndNothingElse) {
  view("noise*").aggregation.kind = AggregationKind::kDrop;
  auto noise = meter().counter<std::int64_t>("noise.a");
  noise.add(1, {{"k", 1}});
  noise.bind({{"k", 2}}).add(1);
  meter().counter<std::int64_t>("kept").add(1);
  EXPECT_EQ(scrape().samples().size(), 1U);
  EXPECT_EQ(scrape().value("kept_total"), 1);
}

TEST_F(Views, KeptAndExcludedKeysMergeTheSeriesThatDifferOnlyInOthers) {
  view("a").keep_keys = {{"route", "absent"}};
  view("b").exclude_keys = {{"user"}};
  auto a = meter().counter<std::int64_t>("a");
  auto b = meter().histogram<double>("b", {.boundaries = {{10}}});
  for (int user = 0; user < 5; ++user) {
    a.add(1, {{"route", "/x"}, {"user", user}});
    b.record(user, {{"user", user}, {"route", "/x"}});
  }
  EXPECT_EQ(scrape().value("a_total{route=\"/x\"}"), 5);
  EXPECT_EQ(scrape().count("a_total"), 1U);
  EXPECT_EQ(scrape().value("b_sum{route=\"/x\"}"), 10);
}

TEST_F(Views, AdvisedKeysAndBoundariesHoldUntilAViewSaysOtherwise) {
  View& finer = view("viewed");
  finer.aggregation = {.kind = AggregationKind::kExplicitHistogram, .boundaries = {{1, 2}}};
  finer.keep_keys = {{"user"}};
  const InstrumentOptions advice{.boundaries = {{5}}, .attribute_keys = {{"route"}}};
  for (const char* name : {"advised", "viewed"})
    meter().histogram<double>(name, advice).record(1.5, {{"route", "/x"}, {"user", 1}});
  EXPECT_EQ(scrape().value("advised_bucket{route=\"/x\",le=\"5.0\"}"), 1);
  EXPECT_EQ(scrape().value("viewed_bucket{user=\"1\",le=\"2.0\"}"), 1);
  EXPECT_EQ(scrape().value("viewed_bucket{user=\"1\",le=\"1.0\"}"), 0);
}

TEST_F(Views, TheAggregationCanBeAnother) {
  view("sizes").aggregation = {.kind = AggregationKind::kExponentialHistogram, .max_size = 20};
  view("waits").aggregation.kind = AggregationKind::kSum;
  auto sizes = meter().histogram<double>("sizes", {.boundaries = {{1}}});
  auto waits = meter().histogram<double>("waits");
  for (const double value : {1.0, 3.0, 6.0}) {
    sizes.record(value);
    waits.record(value);
  }
  EXPECT_EQ(scrape().value("sizes_bucket{le=\"4.0\"}"), 2);
  EXPECT_EQ(scrape().value("waits_total"), 10);
}

TEST_F(Views, AnAggregationThatDoesNotFitIsReportedAndTheDefaultIsUsed) {
  view("g").aggregation.kind = AggregationKind::kSum;
  meter().gauge<double>("g").record(4);
  EXPECT_EQ(scrape().value("g"), 4);
  EXPECT_EQ(problems_.size(), 1U);
}

TEST_F(Views, TheCardinalityLimitIsTheViews) {
  view("few").cardinality_limit = 3;
  auto few = meter().counter<std::int64_t>("few");
  for (int i = 0; i < 10; ++i) few.add(1, {{"i", i}});
  EXPECT_EQ(scrape().count("few_total"), 3U);
  EXPECT_EQ(scrape().value("few_total{otel_metric_overflow=\"true\"}"), 8);
}

TEST_F(Views, SeveralThatMatchMakeAMetricEach) {
  view("jobs").name = "jobs.all";
  view("jobs").exclude_keys = {{"k"}};
  auto jobs = meter().counter<std::int64_t>("jobs");
  for (int k = 0; k < 4; ++k) jobs.add(1, {{"k", k}});
  jobs.bind({{"k", 1}}).add(1);
  EXPECT_EQ(scrape().count("jobs_all_total"), 4U);
  EXPECT_EQ(scrape().value("jobs_all_total{k=\"1\"}"), 2);
  EXPECT_EQ(scrape().value("jobs_total"), 5);
}

}  // namespace
}  // namespace container_kit::telemetry::metrics
