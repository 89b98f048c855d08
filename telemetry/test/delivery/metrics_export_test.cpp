#include "delivery/metrics_export.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/telemetry/meter_provider.h>

#include "delivery/spool_place.h"
#include "opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h"
#include "support/memory_folder.h"

namespace container_kit::telemetry::delivery {
namespace {

using Request = opentelemetry::proto::collector::metrics::v1::ExportMetricsServiceRequest;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{20};

// What a receiver has taken, and how it answers.
struct Receiver {
  std::mutex mutex;
  std::condition_variable changed;
  SendResult answer;
  std::uint32_t takes_at_most = UINT32_MAX;  // data points
  std::vector<Request> taken;
  std::vector<std::size_t> sizes;

  bool wait_for(std::size_t requests) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, kPatience, [&] { return taken.size() >= requests; });
  }
  void set_answer(SendResult result) {
    const std::lock_guard lock(mutex);
    answer = std::move(result);
  }
};

class ReceiverExporter : public SpanExporter {
 public:
  explicit ReceiverExporter(Receiver& receiver) : receiver_(receiver) {}
  SendResult send(std::string_view request, std::uint32_t points, base::Deadline) override {
    const std::lock_guard lock(receiver_.mutex);
    if (points > receiver_.takes_at_most) return {SendOutcome::kTooLarge, "too large"};
    if (receiver_.answer.outcome == SendOutcome::kDelivered) {
      EXPECT_TRUE(receiver_.taken.emplace_back().ParseFromString(std::string(request)));
      receiver_.sizes.push_back(request.size());
    }
    receiver_.changed.notify_all();
    return receiver_.answer;
  }
  std::string name() const override { return "test"; }
  std::string endpoint() const override { return "receiver"; }

 private:
  Receiver& receiver_;
};

// The points of the integer sum of this name, added up over requests.
std::int64_t sum_of(const std::vector<Request>& requests, const std::string& name, std::size_t from = 0) {
  std::int64_t sum = 0;
  for (std::size_t i = from; i < requests.size(); ++i) {
    for (const auto& scope : requests[i].resource_metrics(0).scope_metrics()) {
      for (const auto& metric : scope.metrics()) {
        if (metric.name() != name) continue;
        for (const auto& point : metric.sum().data_points()) sum += point.as_int();
      }
    }
  }
  return sum;
}

class MetricsExportTest : public ::testing::Test {
 protected:
  MetricsExport& start(MetricsExportOptions options = {}) {
    if (options.interval == MetricsExportOptions().interval) options.interval = std::chrono::hours(1);
    options.lane.backoff = {milliseconds(1), milliseconds(4)};
    export_ = std::make_unique<MetricsExport>(provider_.core(), std::move(options),
                                              std::make_unique<ReceiverExporter>(receiver_), log_);
    return *export_;
  }
  bool flush() { return export_->finish_flush(export_->begin_flush(), base::Deadline::after(kPatience)); }
  bool shutdown() {
    export_->begin_shutdown();
    return export_->finish_shutdown(base::Deadline::after(kPatience));
  }

  MeterProvider provider_;
  Counter<std::int64_t> counter_ = provider_.meter("test").counter<std::int64_t>("c");
  Receiver receiver_;
  std::vector<std::string> lines_;
  base::Log log_{LogLevel::kInfo, [this](LogLevel, std::string_view line) { lines_.emplace_back(line); }};
  std::unique_ptr<MetricsExport> export_;
};

TEST_F(MetricsExportTest, SendsAtItsIntervalOnAFlushAndAtTheEnd) {
  counter_.add(1);
  start({.interval = milliseconds(1)});
  EXPECT_TRUE(receiver_.wait_for(3));
  start();
  counter_.add(1);
  ASSERT_TRUE(flush());
  EXPECT_EQ(sum_of({receiver_.taken.back()}, "c"), 2);
  counter_.add(1);
  ASSERT_TRUE(shutdown());
  EXPECT_EQ(sum_of({receiver_.taken.back()}, "c"), 3);
  EXPECT_EQ(export_->health().exported_spans, 2U);  // one data point each
  EXPECT_EQ(export_->health().signal, "metrics");
}

TEST_F(MetricsExportTest, SeveralScopesAndManySeriesGoInRequestsOfTheSizeAllowed) {
  constexpr int kSeries = 1000;
  for (int i = 0; i < kSeries; ++i) counter_.add(i, {{"number", i}});
  start({.request_bytes = 4096});
  ASSERT_TRUE(flush());
  EXPECT_GT(receiver_.taken.size(), 10U);
  for (const std::size_t size : receiver_.sizes) EXPECT_LE(size, 4096U);
  EXPECT_EQ(sum_of(receiver_.taken, "c"), kSeries * (kSeries - 1) / 2);
}

TEST_F(MetricsExportTest, WhatTheReceiverFindsTooLargeGoesInHalves) {
  for (int i = 0; i < 100; ++i) counter_.add(1, {{"number", i}});
  receiver_.takes_at_most = 10;
  start();
  ASSERT_TRUE(flush());
  EXPECT_EQ(sum_of(receiver_.taken, "c"), 100);
  EXPECT_EQ(export_->health().exported_spans, 100U);
}

TEST_F(MetricsExportTest, DeltasOfAnOutageAreSpooledAndAddUpWhenTheReceiverIsBack) {
  const test::MemoryFolder folder;
  MetricsExportOptions options;
  options.temporality = metrics::TemporalityPreference::kDelta;
  const ReceiverExporter place(receiver_);
  options.lane.spool = [&](bool make) {
    return open_spool({folder.path(), "metrics-export-test", {}}, place, make);
  };
  start(options);
  receiver_.set_answer({SendOutcome::kRetry, "receiver is away"});
  for (int round = 0; round < 3; ++round) {
    counter_.add(7);
    ASSERT_TRUE(flush());  // settled: on disk
  }
  EXPECT_EQ(export_->health().state, ExporterState::kSpooling);
  EXPECT_EQ(export_->health().spool_spans, 3U);
  ASSERT_TRUE(shutdown());
  receiver_.set_answer({});
  start(options);
  ASSERT_TRUE(receiver_.wait_for(3));
  EXPECT_EQ(sum_of(receiver_.taken, "c"), 21);
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("receiver is away")));
}

TEST_F(MetricsExportTest, PointsThatAreRefusedAreCountedAndCalledDataPoints) {
  counter_.add(1, {{"k", 1}});
  counter_.add(1, {{"k", 2}});
  start();
  receiver_.set_answer({SendOutcome::kDelivered, "too old", 1});
  ASSERT_TRUE(flush());
  EXPECT_EQ(export_->health().exported_spans, 1U);
  EXPECT_EQ(export_->health().rejected_spans, 1U);
  receiver_.set_answer({SendOutcome::kRejected, "HTTP status 400"});
  ASSERT_TRUE(flush());
  EXPECT_EQ(export_->health().rejected_spans, 3U);
  ASSERT_TRUE(shutdown());
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("too old; 1 data point dropped")));
}

TEST_F(MetricsExportTest, AShutdownHoldsItsDeadlineWhereTheReceiverIsAway) {
  counter_.add(1);
  receiver_.set_answer({SendOutcome::kRetry, "receiver is away"});
  start();
  export_->begin_shutdown();
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(export_->finish_shutdown(base::Deadline::after(milliseconds(50))));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, kPatience);
}

TEST_F(MetricsExportTest, TotalsAreExactWhileThreadsRecordConcurrently) {
  MetricsExportOptions options;
  options.interval = milliseconds(1);
  options.temporality = metrics::TemporalityPreference::kDelta;
  start(options);
  constexpr int kAdds = 20'000;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 2; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < kAdds; ++i) counter_.add(1, {{"k", i % 3}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(shutdown());
  EXPECT_EQ(sum_of(receiver_.taken, "c"), 2 * kAdds);
}

}  // namespace
}  // namespace container_kit::telemetry::delivery
