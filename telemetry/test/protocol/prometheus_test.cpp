#include <gtest/gtest.h>
#include <zlib.h>

#include <container_kit/telemetry/context.h>
#include <container_kit/telemetry/prometheus.h>

#include "metrics/scrape_reader.h"

namespace container_kit::telemetry {
namespace {

std::string scrape(PrometheusScraper& scraper, ScrapeFormat format = ScrapeFormat::kPrometheusText) {
  std::string out;
  scraper.scrape(out, format);
  return out;
}

TEST(Prometheus, TextIsWrittenToTheLetter) {
  MeterProvider provider;
  Meter meter = provider.meter("lib", {.version = "1.2"});
  meter.counter<std::int64_t>("jobs", {.description = "Jobs\ndone."}).add(3, {{"queue.name", "a\"b\\c\nd"}});
  meter.histogram<double>("wait", {.unit = "s", .boundaries = {{0.5, 1}}}).record(0.75);
  PrometheusScraper scraper(provider, {.resource = {{"service.name", "shop"}}});
  EXPECT_EQ(
      scrape(scraper),
      "# HELP target_info Target metadata\n"
      "# TYPE target_info gauge\n"
      "target_info{service_name=\"shop\"} 1\n"
      "# HELP jobs_total Jobs\\ndone.\n"
      "# TYPE jobs_total counter\n"
      "jobs_total{queue_name=\"a\\\"b\\\\c\\nd\",otel_scope_name=\"lib\",otel_scope_version=\"1.2\"} 3\n"
      "# TYPE wait_seconds histogram\n"
      "wait_seconds_bucket{otel_scope_name=\"lib\",otel_scope_version=\"1.2\",le=\"0.5\"} 0\n"
      "wait_seconds_bucket{otel_scope_name=\"lib\",otel_scope_version=\"1.2\",le=\"1.0\"} 1\n"
      "wait_seconds_bucket{otel_scope_name=\"lib\",otel_scope_version=\"1.2\",le=\"+Inf\"} 1\n"
      "wait_seconds_sum{otel_scope_name=\"lib\",otel_scope_version=\"1.2\"} 0.75\n"
      "wait_seconds_count{otel_scope_name=\"lib\",otel_scope_version=\"1.2\"} 1\n");
}

TEST(Prometheus, OpenMetricsNamesTheFamilyTheUnitAndTheEnd) {
  MeterProvider provider;
  provider.meter("lib").counter<double>("cpu.time", {.unit = "s"}).add(1.5);
  PrometheusScraper scraper(provider, {.scope_labels = false});
  EXPECT_EQ(scrape(scraper, ScrapeFormat::kOpenMetrics),
            "# TYPE cpu_time_seconds counter\n"
            "# UNIT cpu_time_seconds seconds\n"
            "cpu_time_seconds_total 1.5\n"
            "# EOF\n");
}

TEST(Prometheus, ExemplarsCarryTheSampledSpan) {
  MeterProvider provider{{.clock = [] { return 1'700'000'000'123'456'789U; }}};
  Meter meter = provider.meter("lib");
  auto histogram = meter.histogram<double>("h", {.boundaries = {{1, 2}}});
  auto counter = meter.counter<std::int64_t>("c");
  SpanContext span;
  span.trace_id.read_hex("0af7651916cd43dd8448eb211c80319c");
  span.span_id.read_hex("b7ad6b7169203331");
  span.flags = TraceFlags::kSampled;
  {
    const ContextScope scope{Context(span)};
    histogram.record(1.5);
    counter.bind({}).add(1);
  }
  span.flags = TraceFlags::kNone;
  {
    const ContextScope unsampled{Context(span)};
    histogram.record(0.5);
  }
  histogram.record(5);
  PrometheusScraper scraper(provider, {.scope_labels = false});
  const std::string exemplar =
      " # {trace_id=\"0af7651916cd43dd8448eb211c80319c\",span_id=\"b7ad6b7169203331\"} ";
  const std::string text = scrape(scraper, ScrapeFormat::kOpenMetrics);
  EXPECT_NE(text.find("h_bucket{le=\"1.0\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("h_bucket{le=\"2.0\"} 2" + exemplar + "1.5 1700000000.123\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("h_bucket{le=\"+Inf\"} 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("c_total 1" + exemplar + "1 1700000000.123\n"), std::string::npos) << text;
  EXPECT_EQ(scrape(scraper).find("trace_id"), std::string::npos);
}

// The attributes that a view drops are the exemplar's, as long as OpenMetrics' 128 characters hold them.
TEST(Prometheus, ExemplarsCarryWhatAViewDropped) {
  MetricsOptions options;
  options.exemplar_filter = ExemplarFilter::kAlwaysOn;
  options.clock = [] { return 1'700'000'000'000'000'000U; };
  options.views.emplace_back().exclude_keys = {"user.id", "query"};
  MeterProvider provider{options};
  PrometheusScraper scraper(provider, {.scope_labels = false});
  auto counter = provider.meter("lib").counter<std::int64_t>("c");
  counter.add(1, {{"user.id", 7}, {"k", "attributes"}, {"query", "a\"b"}});
  counter.bind({{"k", "bound"}, {"user.id", 8}}).add(2);
  counter.bind({{"k", "bound twice"}, {"user.id", 9}});
  counter.bind({{"k", "bound twice"}, {"user.id", 10}}).add(3);
  counter.add(4, {{"k", "long"}, {"query", std::string(130, 'q')}});
  const std::string text = scrape(scraper, ScrapeFormat::kOpenMetrics);
  const auto line = [&](const std::string& k) {
    const std::size_t begin = text.find("c_total{k=\"" + k + "\"}");
    return begin == std::string::npos ? text : text.substr(begin, text.find('\n', begin) - begin);
  };
  EXPECT_EQ(line("attributes"),
            "c_total{k=\"attributes\"} 1 # {query=\"a\\\"b\",user_id=\"7\"} 1 1700000000.000");
  EXPECT_EQ(line("bound"), "c_total{k=\"bound\"} 2 # {user_id=\"8\"} 2 1700000000.000");
  EXPECT_EQ(line("bound twice"), "c_total{k=\"bound twice\"} 3 # {user_id=\"10\"} 3 1700000000.000");
  EXPECT_EQ(line("long"), "c_total{k=\"long\"} 4 # {} 4 1700000000.000");
}

TEST(Prometheus, OneNameOfTwoTypesIsShownOnceAndReportedOnce) {
  int problems = 0;
  MeterProvider provider{{.on_problem = [&](std::string_view) { ++problems; }}};
  provider.meter("a").counter<std::int64_t>("x_total").add(1);
  provider.meter("b").up_down_counter<std::int64_t>("x_total").add(2);
  PrometheusScraper scraper(provider);
  const std::string text = scrape(scraper) + scrape(scraper);
  EXPECT_EQ(text.find("otel_scope_name=\"b\""), std::string::npos);
  EXPECT_EQ(problems, 1);
}

TEST(Prometheus, ScopesShareOneFamily) {
  MeterProvider provider;
  for (const char* scope : {"a", "b"}) provider.meter(scope).counter<std::int64_t>("x_total").add(1);
  PrometheusScraper scraper(provider);
  EXPECT_EQ(scrape(scraper),
            "# TYPE x_total counter\n"
            "x_total{otel_scope_name=\"a\"} 1\n"
            "x_total{otel_scope_name=\"b\"} 1\n");
}

TEST(Prometheus, AnExponentialHistogramIsShownByPowersOfTwo) {
  MetricsOptions options;
  options.default_histogram = AggregationKind::kExponentialHistogram;
  MeterProvider provider(std::move(options));
  auto histogram = provider.meter("lib").histogram<double>("h");
  for (const double value : {0.0, 1.0, 1.5, 3.0, 3.5}) histogram.record(value);
  PrometheusScraper scraper(provider, {.scope_labels = false});
  const metrics::Exposition text(scraper);
  EXPECT_EQ(text.value("h_bucket{le=\"1.0\"}"), 2);
  EXPECT_EQ(text.value("h_bucket{le=\"2.0\"}"), 3);
  EXPECT_EQ(text.value("h_bucket{le=\"4.0\"}"), 5);
  EXPECT_EQ(text.value("h_bucket{le=\"+Inf\"}"), 5);
  EXPECT_EQ(text.value("h_count"), 5);
}

TEST(Prometheus, TheAcceptHeaderChoosesTheFormat) {
  const auto open = ScrapeFormat::kOpenMetrics;
  const auto text = ScrapeFormat::kPrometheusText;
  EXPECT_EQ(choose_scrape_format(""), text);
  EXPECT_EQ(choose_scrape_format("*/*"), text);
  EXPECT_EQ(choose_scrape_format("text/html, garbage;;;q=,"), text);
  EXPECT_EQ(choose_scrape_format("application/openmetrics-text"), open);
  EXPECT_EQ(choose_scrape_format("application/openmetrics-text;version=2.0.0,text/plain"), text);
  EXPECT_EQ(choose_scrape_format("application/openmetrics-text; q=0.1, text/plain;version=0.0.4"), text);
  // What Prometheus 2.42 sends.
  EXPECT_EQ(choose_scrape_format("application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
                                 "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"),
            open);
}

TEST(Prometheus, TheAnswerIsPackedWhereTheRequestAllowsIt) {
  MeterProvider provider;
  provider.meter("lib").counter<std::int64_t>("c").add(1);
  PrometheusScraper scraper(provider);
  EXPECT_EQ(scraper.answer({}, "identity, gzip;q=0").content_encoding, "");
  EXPECT_EQ(scraper.answer({}, "").body, scrape(scraper));
  const ScrapeAnswer answer = scraper.answer("application/openmetrics-text", "deflate, GZIP;q=0.5");
  EXPECT_EQ(answer.content_encoding, "gzip");
  EXPECT_EQ(answer.content_type, content_type(ScrapeFormat::kOpenMetrics));
  std::string plain(4096, '\0');
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string packed = answer.body;
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  EXPECT_EQ(plain, scrape(scraper, ScrapeFormat::kOpenMetrics));
}

}  // namespace
}  // namespace container_kit::telemetry
