// OTLP metric requests, decoded by the official schema.
#include "protocol/otlp_metrics.h"

#include <cmath>
#include <list>
#include <set>

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/meter_provider.h>
#include <container_kit/telemetry/tracer.h>

#include "metrics/reader.h"
#include "opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h"
#include "protocol/otlp_metrics_json.h"
#include "protocol/otlp_metrics_request.h"
#include "support/json_ids.h"

namespace container_kit::telemetry::test {
namespace {

namespace schema = opentelemetry::proto::metrics::v1;
using Request = opentelemetry::proto::collector::metrics::v1::ExportMetricsServiceRequest;
using metrics::TemporalityPreference;
using ::testing::ElementsAre;

constexpr std::uint64_t kStart = 1'700'000'000'000'000'000;
constexpr std::uint64_t kLater = kStart + 60'000'000'000;

class OtlpMetricsTest : public ::testing::Test {
 protected:
  MetricsOptions options() {
    MetricsOptions options;
    options.clock = [this] { return now_; };
    options.exemplar_filter = ExemplarFilter::kAlwaysOn;
    View& exponential = options.views.emplace_back();
    exponential.select.instrument_name = "exp";
    exponential.aggregation.kind = AggregationKind::kExponentialHistogram;
    View& filtered = options.views.emplace_back();
    filtered.select.instrument_name = "filtered";
    filtered.exclude_keys = {"user"};
    return options;
  }
  std::string collect(metrics::Reader& reader) {
    protocol::OtlpMetricsWriter writer;
    reader.collect([&](const metrics::MetricData& metric) { writer.add(metric); });
    points_ = writer.point_count();
    return writer.take("\x0a\x08\x0a\x01k\x12\x03\x0a\x01v", "http://r");  // a Resource with k="v"
  }
  // Good until the fixture's end, as messages of it are referred to.
  const Request& decode(const std::string& bytes) {
    Request& request = requests_.emplace_back();
    EXPECT_TRUE(request.ParseFromString(bytes));
    return request;
  }
  const Request& collect_and_decode(TemporalityPreference preference = TemporalityPreference::kCumulative) {
    metrics::Reader reader(provider_.core(), preference);
    return decode(collect(reader));
  }

  std::uint64_t now_ = kStart;
  MeterProvider provider_{options()};
  Meter meter_ =
      provider_.meter("scope", {.version = "1.2", .schema_url = "http://s", .attributes = {{"a", 1}}});
  std::uint32_t points_ = 0;
  std::list<Request> requests_;
};

const schema::Metric& metric_named(const Request& request, const std::string& name) {
  static const schema::Metric none;
  for (const auto& scope : request.resource_metrics(0).scope_metrics()) {
    for (const auto& metric : scope.metrics()) {
      if (metric.name() == name) return metric;
    }
  }
  ADD_FAILURE() << "no metric " << name;
  return none;
}

TEST_F(OtlpMetricsTest, SumsHaveTheirKindTemporalityTimesAndAttributes) {
  auto counter = meter_.counter<std::int64_t>("requests", {.description = "Requests.", .unit = "{request}"});
  counter.add(3, {{"s", "x"}, {"b", true}, {"i", -4}, {"d", 0.5}});
  meter_.up_down_counter<double>("level").add(-1.5);
  now_ = kLater;
  const Request& request = collect_and_decode();
  ASSERT_EQ(request.resource_metrics_size(), 1);
  EXPECT_EQ(request.resource_metrics(0).resource().attributes(0).key(), "k");
  const auto& scope = request.resource_metrics(0).scope_metrics(0);
  EXPECT_EQ(scope.scope().name(), "scope");
  EXPECT_EQ(scope.scope().version(), "1.2");
  EXPECT_EQ(scope.scope().attributes(0).value().int_value(), 1);
  EXPECT_EQ(scope.schema_url(), "http://s");
  const schema::Metric& metric = metric_named(request, "requests");
  EXPECT_EQ(metric.description(), "Requests.");
  EXPECT_EQ(metric.unit(), "{request}");
  EXPECT_TRUE(metric.sum().is_monotonic());
  EXPECT_EQ(metric.sum().aggregation_temporality(), schema::AGGREGATION_TEMPORALITY_CUMULATIVE);
  const auto& point = metric.sum().data_points(0);
  EXPECT_EQ(point.as_int(), 3);
  EXPECT_EQ(point.start_time_unix_nano(), kStart);
  EXPECT_EQ(point.time_unix_nano(), kLater);
  ASSERT_EQ(point.attributes_size(), 4);
  EXPECT_TRUE(point.attributes(0).value().bool_value());
  EXPECT_EQ(point.attributes(1).value().double_value(), 0.5);
  EXPECT_EQ(point.attributes(2).value().int_value(), -4);
  EXPECT_EQ(point.attributes(3).value().string_value(), "x");
  const auto& level = metric_named(request, "level").sum();
  EXPECT_FALSE(level.is_monotonic());
  EXPECT_EQ(level.data_points(0).as_double(), -1.5);
}

TEST_F(OtlpMetricsTest, GaugesAreGauges) {
  meter_.gauge<std::int64_t>("fill").record(-9);
  meter_.gauge<double>("heat").record(0.0);
  const Request& request = collect_and_decode();
  EXPECT_EQ(metric_named(request, "fill").gauge().data_points(0).as_int(), -9);
  const auto& heat = metric_named(request, "heat").gauge().data_points(0);
  EXPECT_EQ(heat.value_case(), schema::NumberDataPoint::kAsDouble);  // also where it is 0
  EXPECT_EQ(heat.time_unix_nano(), kStart);
}

TEST_F(OtlpMetricsTest, ExplicitHistogramsHaveBucketsAndExtremes) {
  auto histogram = meter_.histogram<double>("h", {.unit = "s", .boundaries = std::vector<double>{1, 2}});
  for (const double value : {0.5, 1.0, 1.5, 7.0}) histogram.record(value);
  histogram.bind({{"k", "unused"}});
  const auto& data = metric_named(collect_and_decode(), "h").histogram();
  EXPECT_EQ(data.aggregation_temporality(), schema::AGGREGATION_TEMPORALITY_CUMULATIVE);
  ASSERT_EQ(data.data_points_size(), 2);
  const auto& point = data.data_points(0);
  EXPECT_THAT(point.bucket_counts(), ElementsAre(2, 1, 1));
  EXPECT_THAT(point.explicit_bounds(), ElementsAre(1, 2));
  EXPECT_EQ(point.count(), 4U);
  EXPECT_EQ(point.sum(), 10.0);
  EXPECT_EQ(point.min(), 0.5);
  EXPECT_EQ(point.max(), 7.0);
  EXPECT_FALSE(data.data_points(1).has_min());  // nothing was recorded
  EXPECT_EQ(data.data_points(1).count(), 0U);
}

TEST_F(OtlpMetricsTest, ExponentialHistogramsHaveTheirBucketsWhereTheValuesLie) {
  auto histogram = meter_.histogram<double>("exp");
  const std::vector<double> values{0.0, 1.5, 1.5, 1000.0};
  for (const double value : values) histogram.record(value);
  const auto point = metric_named(collect_and_decode(), "exp").exponential_histogram().data_points(0);
  EXPECT_EQ(point.count(), 4U);
  EXPECT_EQ(point.zero_count(), 1U);
  EXPECT_EQ(point.sum(), 1003.0);
  EXPECT_EQ(point.max(), 1000.0);
  std::uint64_t found = 0;
  const double base = std::pow(2.0, std::pow(2.0, -point.scale()));
  for (int i = 0; i < point.positive().bucket_counts_size(); ++i) {
    const double low = std::pow(base, point.positive().offset() + i);
    const auto in_bucket =
        std::count_if(values.begin(), values.end(), [&](double v) { return v > low && v <= low * base; });
    EXPECT_EQ(point.positive().bucket_counts(i), in_bucket) << low;
    found += point.positive().bucket_counts(i);
  }
  EXPECT_EQ(found, 3U);
}

TEST_F(OtlpMetricsTest, ExemplarsCarryValueTimeAndFilteredAttributes) {
  meter_.counter<std::int64_t>("filtered").add(2, {{"user", "ada"}, {"k", "v"}});
  const auto& point = metric_named(collect_and_decode(), "filtered").sum().data_points(0);
  ASSERT_EQ(point.exemplars_size(), 1);
  EXPECT_EQ(point.exemplars(0).as_int(), 2);
  EXPECT_EQ(point.exemplars(0).time_unix_nano(), kStart);
  EXPECT_EQ(point.exemplars(0).filtered_attributes(0).key(), "user");
  EXPECT_EQ(point.exemplars(0).trace_id(), "");
  EXPECT_EQ(point.attributes_size(), 1);
}

TEST_F(OtlpMetricsTest, ThePreferenceDecidesWhichMetricsAreDeltas) {
  const auto temporality_of = [&](TemporalityPreference preference, const char* name) {
    return metric_named(collect_and_decode(preference), name).sum().aggregation_temporality();
  };
  meter_.counter<std::int64_t>("recorded").add(1);
  meter_.up_down_counter<std::int64_t>("level").add(1);
  meter_.observable_counter<std::int64_t>("observed", {}, [](auto& out) { out.observe(5); });
  constexpr auto kDelta = schema::AGGREGATION_TEMPORALITY_DELTA;
  constexpr auto kCumulative = schema::AGGREGATION_TEMPORALITY_CUMULATIVE;
  EXPECT_EQ(temporality_of(TemporalityPreference::kDelta, "recorded"), kDelta);
  EXPECT_EQ(temporality_of(TemporalityPreference::kDelta, "observed"), kDelta);
  EXPECT_EQ(temporality_of(TemporalityPreference::kDelta, "level"), kCumulative);
  EXPECT_EQ(temporality_of(TemporalityPreference::kLowMemory, "recorded"), kDelta);
  EXPECT_EQ(temporality_of(TemporalityPreference::kLowMemory, "observed"), kCumulative);
  EXPECT_EQ(temporality_of(TemporalityPreference::kLowMemory, "level"), kCumulative);
}

TEST_F(OtlpMetricsTest, DeltasFollowOneAnotherInTime) {
  auto counter = meter_.counter<std::int64_t>("c");
  counter.add(5);
  metrics::Reader reader(provider_.core(), TemporalityPreference::kDelta);
  static_cast<void>(collect(reader));
  now_ = kLater;
  counter.add(2);
  const auto& point = metric_named(decode(collect(reader)), "c").sum().data_points(0);
  EXPECT_EQ(point.as_int(), 2);
  EXPECT_EQ(point.start_time_unix_nano(), kStart);
  EXPECT_EQ(point.time_unix_nano(), kLater);
  EXPECT_EQ(collect(reader), "");  // nothing has changed, and nothing is sent
}

TEST_F(OtlpMetricsTest, TextThatIsNotUtf8IsMadeSo) {
  meter_.counter<std::int64_t>("c", {.description = "\xff"}).add(1, {{"k\xfe", "\xc3("}});
  const auto& metric = metric_named(collect_and_decode(), "c");
  EXPECT_EQ(metric.description(), "\uFFFD");
  EXPECT_EQ(metric.sum().data_points(0).attributes(0).key(), "k\uFFFD");
  EXPECT_EQ(metric.sum().data_points(0).attributes(0).value().string_value(), "\uFFFD(");
}

// Everything above in one request.
class OtlpMetricsBytesTest : public OtlpMetricsTest {
 protected:
  void SetUp() override {
    auto counter =
        meter_.counter<std::int64_t>("requests", {.description = "a \"quoted\"\nline", .unit = "1"});
    for (int i = 0; i < 7; ++i) counter.add(i, {{"i", i}, {"b", i % 2 == 0}, {"d", i / 3.0}, {"s", "text"}});
    meter_.gauge<double>("heat").record(1e300);
    auto histogram = meter_.histogram<double>("h", {.boundaries = std::vector<double>{0.1, 1}});
    for (int i = 0; i < 3; ++i) histogram.record(i, {{"i", i}});
    auto exponential = meter_.histogram<double>("exp");
    for (const double value : {0.0, 1e-9, 3.0}) exponential.record(value);
    provider_.meter("other").counter<double>("c").add(0.25);
    metrics::Reader reader(provider_.core(), TemporalityPreference::kCumulative);
    bytes_ = collect(reader);
  }

  std::string bytes_;
};

TEST_F(OtlpMetricsBytesTest, JsonSaysWhatTheProtobufRequestSays) {
  std::string json = "before";
  ASSERT_TRUE(protocol::append_otlp_metrics_json(json, bytes_));
  ASSERT_EQ(json.substr(0, 6), "before");
  Request parsed;
  const auto status =
      google::protobuf::util::JsonStringToMessage(with_ids_in_base64(json.substr(6)), &parsed);
  ASSERT_TRUE(status.ok()) << status.ToString() << json;
  EXPECT_EQ(parsed.DebugString(), decode(bytes_).DebugString());
  EXPECT_THAT(json, ::testing::HasSubstr(R"("aggregationTemporality":2)"));
  EXPECT_THAT(json, ::testing::HasSubstr(R"("asInt":"6")"));
}

TEST_F(OtlpMetricsBytesTest, TornRequestsAreNoJson) {
  for (std::size_t size = 1; size + 1 < bytes_.size(); size += 3) {
    std::string json = "before";
    EXPECT_FALSE(protocol::append_otlp_metrics_json(json, bytes_.substr(0, size)));
    EXPECT_EQ(json, "before");
    EXPECT_TRUE(protocol::split_otlp_metrics(bytes_.substr(0, size)).empty());
  }
}

// Each data point with what stands around it, as a request of its own.
void take_apart(const std::string& request, std::uint32_t points, std::vector<std::string>& out) {
  const auto pieces = protocol::split_otlp_metrics(request);
  if (points == 1) {
    EXPECT_TRUE(pieces.empty());
    out.push_back(request);
    return;
  }
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[0].span_count + pieces[1].span_count, points);
  for (const protocol::OtlpPiece& piece : pieces) take_apart(piece.request, piece.span_count, out);
}

TEST_F(OtlpMetricsBytesTest, PiecesAreWholeRequestsAndLoseNothing) {
  std::vector<std::string> pieces;
  take_apart(bytes_, points_, pieces);
  EXPECT_EQ(pieces.size(), points_);
  std::multiset<std::string> points;
  for (const std::string& piece : pieces) {
    const Request& one = decode(piece);
    EXPECT_EQ(one.resource_metrics(0).resource().attributes(0).key(), "k");
    EXPECT_EQ(one.resource_metrics(0).schema_url(), "http://r");
    ASSERT_EQ(one.resource_metrics(0).scope_metrics_size(), 1);
    const auto& scope = one.resource_metrics(0).scope_metrics(0);
    ASSERT_EQ(scope.metrics_size(), 1);
    points.insert(scope.scope().name() + scope.metrics(0).DebugString());
  }
  // The same from the whole request.
  std::multiset<std::string> expected;
  const Request& whole = decode(bytes_);
  for (const auto& scope : whole.resource_metrics(0).scope_metrics()) {
    for (const auto& metric : scope.metrics()) {
      const auto add = [&](auto take) {
        for (int i = 0;; ++i) {
          schema::Metric one = metric;
          if (!take(one, i)) return;
          expected.insert(scope.scope().name() + one.DebugString());
        }
      };
      const auto keep_only = [](auto* points_of, int i) {
        if (i >= points_of->size()) return false;
        const auto kept = points_of->Get(i);
        points_of->Clear();
        *points_of->Add() = kept;
        return true;
      };
      add([&](schema::Metric& one, int i) {
        if (one.has_sum()) return keep_only(one.mutable_sum()->mutable_data_points(), i);
        if (one.has_gauge()) return keep_only(one.mutable_gauge()->mutable_data_points(), i);
        if (one.has_histogram()) return keep_only(one.mutable_histogram()->mutable_data_points(), i);
        return keep_only(one.mutable_exponential_histogram()->mutable_data_points(), i);
      });
    }
  }
  EXPECT_EQ(points, expected);
}

}  // namespace
}  // namespace container_kit::telemetry::test
