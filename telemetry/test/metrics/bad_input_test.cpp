// What nobody should do to the metrics, done to every kind of instrument.
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/batch.h>
#include <container_kit/telemetry/meter_provider.h>
#include <container_kit/telemetry/prometheus.h>

#include "metrics/scrape_reader.h"

namespace container_kit::telemetry {
namespace {

using metrics::Exposition;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BadMetrics : public ::testing::Test {
 protected:
  Exposition scrape(ScrapeFormat format = ScrapeFormat::kPrometheusText) {
    return Exposition(scraper_, format);
  }

  std::vector<std::string> problems_;
  MeterProvider provider_{{.callback_deadline = std::chrono::seconds(20),
                           .on_problem = [this](std::string_view text) { problems_.emplace_back(text); }}};
  Meter meter_ = provider_.meter("test");
  PrometheusScraper scraper_{provider_, {.scope_labels = false}};
};

class InvalidName : public BadMetrics, public ::testing::WithParamInterface<std::string> {};

TEST_P(InvalidName, IsReportedOnceWhateverTheInstrumentAndDoesNothing) {
  const std::string name = GetParam();
  bool called = false;
  for (int i = 0; i < 3; ++i) {
    meter_.histogram<double>(name, {.boundaries = {{1}}}).record(1, {{"k", "v"}});
    meter_.gauge<double>(name).bind({}).record(1);
    Batch batch{meter_.counter<std::int64_t>(name), meter_.counter<std::int64_t>("fine")};
    batch.record({}, 1, 1);
    meter_.observable_gauge<double>(name, {}, [&](Observer<double>& out) {
      called = true;
      out.observe(1);
    });
  }
  const Exposition text = scrape();
  EXPECT_EQ(text.value("fine_total"), 3);
  EXPECT_EQ(text.samples().size(), 1U) << text.text();
  EXPECT_FALSE(called);
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_THAT(problems_[0], HasSubstr("not recorded"));
}

INSTANTIATE_TEST_SUITE_P(Names, InvalidName,
                         ::testing::Values("", "1st", "_hidden", "with space", "new\nline", "quo\"te", "grün",
                                           "\xff\xfe", std::string(256, 'a'), std::string("nul\0l", 5)));

TEST_F(BadMetrics, TheLongestNameIsTaken) {
  const std::string name(255, 'a');
  meter_.gauge<std::int64_t>(name).record(1);
  EXPECT_EQ(scrape().value(name), 1);
  EXPECT_TRUE(problems_.empty());
}

// Each label value stays on its line and within its quotes, in both formats, and two that differ stay two.
TEST_F(BadMetrics, HostileLabelsStayInTheirPlace) {
  auto counter =
      meter_.counter<std::int64_t>("c_total", {.description = "Two\nlines, one \\ and \"quotes\"."});
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a\"} 99\nforged_total 7\n# {", R"(a\"} 99\nforged_total 7\n# {)"},
      {"back\\", R"(back\\)"},
      {"\xc3(", "\xEF\xBF\xBD("},
      {std::string("nul\0l", 5), std::string("nul\0l", 5)},
      {"\xed\xa0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
  };
  std::int64_t value = 1;
  for (const auto& [given, shown] : cases) counter.add(value++, {{"k", given}});
  for (const ScrapeFormat format : {ScrapeFormat::kPrometheusText, ScrapeFormat::kOpenMetrics}) {
    const Exposition text = scrape(format);
    EXPECT_EQ(text.samples().size(), cases.size()) << text.text();
    value = 1;
    for (const auto& [given, shown] : cases) EXPECT_EQ(text.value("c_total{k=\"" + shown + "\"}"), value++);
    EXPECT_THAT(text.text(), HasSubstr(" Two\\nlines, one \\\\ and "));
  }
}

TEST_F(BadMetrics, HostileKeysBecomeLabelNames) {
  meter_.counter<std::int64_t>("c_total").add(1, {{"a\n\"b", "1"}, {"0", "2"}, {"grün", "3"}});
  const Exposition text = scrape();
  for (const auto& [series, value] : text.samples()) {
    EXPECT_THAT(series, ::testing::MatchesRegex("c_total\\{([a-zA-Z_][a-zA-Z0-9_]*=\"[123]\",?){3}\\}"));
    EXPECT_EQ(value, 1);
  }
  EXPECT_EQ(text.samples().size(), 1U);
}

TEST_F(BadMetrics, ALabelExplosionOfEachInstrumentIsOneWarningThatNamesIt) {
  auto histogram = meter_.histogram<double>("h", {.boundaries = {{1}}});
  auto gauge = meter_.gauge<std::int64_t>("g");
  meter_.observable_gauge<std::int64_t>("o", {}, [](Observer<std::int64_t>& out) {
    for (int i = 0; i < 3000; ++i) out.observe(1, {{"user", i}});
  });
  for (int i = 0; i < 3000; ++i) {
    histogram.record(0.5, {{"user", i}});
    histogram.bind({{"user", i}}).record(0.5);
    gauge.record(i, {{"user", i}});
  }
  for (int i = 0; i < 2; ++i) {
    const Exposition text = scrape();
    EXPECT_EQ(text.count("h_count"), 2000U);
    EXPECT_EQ(text.sum("h_count"), 6000);
    EXPECT_EQ(text.count("g"), 2000U);
    EXPECT_EQ(text.count("o"), 2000U);
  }
  EXPECT_THAT(problems_, ElementsAre(AllOf(HasSubstr("metric h:"), HasSubstr("2000")), HasSubstr("metric g:"),
                                     HasSubstr("metric o:")));
}

TEST_F(BadMetrics, NoNumbersAreSkippedAndCountedByEveryKind) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  auto up_down = meter_.up_down_counter<double>("u");
  auto gauge = meter_.gauge<double>("g");
  Batch batch{up_down, gauge};
  meter_.observable_gauge<double>("o", {}, [&](Observer<double>& out) {
    for (const double bad : {kNan, kInfinity, -kInfinity}) out.observe(bad, {{"k", "bad"}});
    out.observe(4);
  });
  up_down.add(-2);
  gauge.record(-3);
  std::uint64_t skipped = 0;
  for (const double bad : {kNan, kInfinity, -kInfinity}) {
    up_down.add(bad);
    up_down.bind({}).add(bad);
    gauge.record(bad);
    gauge.bind({}).record(bad);
    batch.record({}, bad, bad);
    skipped += 6;
  }
  EXPECT_EQ(provider_.skipped(), skipped);
  const Exposition text = scrape();
  EXPECT_EQ(text.value("u"), -2);
  EXPECT_EQ(text.value("g"), -3);
  EXPECT_EQ(text.value("o"), 4);
  EXPECT_EQ(text.samples().size(), 3U);
  EXPECT_EQ(provider_.skipped(), skipped + 3);
}

// A skipped value is no exemplar either.
TEST_F(BadMetrics, NoNumbersLeaveNoExemplar) {
  Batch batch{meter_.counter<double>("c"), meter_.histogram<double>("h", {.boundaries = {{1}}})};
  batch.record({}, 1, 1);
  SpanContext span;
  span.trace_id.bytes[0] = span.span_id.bytes[0] = 1;
  span.flags = TraceFlags::kSampled;
  const ContextScope scope{Context(span)};
  batch.record({}, std::numeric_limits<double>::quiet_NaN(), -1);
  batch.bind({}).record(-1, std::numeric_limits<double>::infinity());
  EXPECT_EQ(scrape(ScrapeFormat::kOpenMetrics).text().find("trace_id"), std::string::npos);
  batch.record({}, 1, 1);
  EXPECT_NE(scrape(ScrapeFormat::kOpenMetrics).text().find("trace_id"), std::string::npos);
}

TEST_F(BadMetrics, EachPairOfConflictingDefinitionsIsReportedOnceWithBoth) {
  for (int i = 0; i < 2; ++i) {
    meter_.counter<std::int64_t>("c", {.description = "one"}).add(1);
    meter_.counter<std::int64_t>("c", {.description = "two"}).add(1);
    meter_.counter<double>("c", {.description = "one"}).add(1);
    meter_.up_down_counter<std::int64_t>("c", {.description = "one"}).add(1);
  }
  const auto both = [](const char* second) {
    return AllOf(HasSubstr(R"(counter "c" (int64, unit "", description "one"))"), HasSubstr(second));
  };
  EXPECT_THAT(problems_, ElementsAre(both(R"(counter "c" (int64, unit "", description "two"))"),
                                     both(R"(counter "c" (double, unit "", description "one"))"),
                                     both(R"(up-down counter "c" (int64, unit "", description "one"))")));
}

TEST_F(BadMetrics, ACallbackMayThrowAnything) {
  meter_.observable_gauge<double>("thrower", {}, [](Observer<double>& out) {
    out.observe(1);
    throw 42;  // NOLINT(hicpp-exception-baseclass): that is what is tested
  });
  meter_.observable_gauge<double>("good", {}, [](Observer<double>& out) { out.observe(2); });
  EXPECT_EQ(scrape().value("good"), 2);
  EXPECT_EQ(scrape().value("good"), 2);
  EXPECT_THAT(problems_, ElementsAre(HasSubstr("thrower")));
}

}  // namespace
}  // namespace container_kit::telemetry
