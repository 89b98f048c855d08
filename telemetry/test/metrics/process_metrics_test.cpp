#include <chrono>

#include <gtest/gtest.h>
#include <unistd.h>

#include <container_kit/telemetry/process_metrics.h>
#include <container_kit/telemetry/prometheus.h>

#include "metrics/process_stat.h"
#include "metrics/scrape_reader.h"

namespace container_kit::telemetry {
namespace {

TEST(ProcessMetrics, AreFilledWithWhatTheKernelSays) {
  MeterProvider provider;
  Meter meter = provider.meter("test");
  observe_process(meter);
  PrometheusScraper scraper(provider, {.scope_labels = false});
  const TaskCount one;
  const TaskCount two = one;  // NOLINT(performance-unnecessary-copy-initialization): a copy counts too
  const metrics::Exposition text(scraper);
  EXPECT_EQ(text.samples().size(), 6U);
  EXPECT_GT(text.value("system_memory_usage_bytes"), 1 << 20);
  EXPECT_GE(text.value("system_threads_count"), 2);  // this one and the one that runs callbacks
  EXPECT_GE(text.value("system_cpu_usage_percent"), 0);
  EXPECT_GE(text.value("system_open_fds"), 3);  // standard input, output and error
  EXPECT_EQ(text.value("system_goroutines_count"), static_cast<double>(TaskCount::alive()));
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  EXPECT_LE(text.value("process_start_time_seconds"), now.count() + 2);
  EXPECT_GT(text.value("process_start_time_seconds"), now.count() - 3600);
}

TEST(ProcessMetrics, OpenFilesAreCountedExactly) {
  const auto before = metrics::count_open_files();
  const int file = ::dup(0);
  const auto after = metrics::count_open_files();
  ::close(file);
  EXPECT_EQ(*after, *before + 1);
}

TEST(ProcessStat, TheNameMayHoldAnything) {
  const auto stat = metrics::parse_stat(
      "7 (a) b (c) S 1 1 1 0 -1 4194560 5 0 0 0 30 12 0 0 20 0 9 0 777 1000000 25 18446744073709551615",
      4096);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->cpu_ticks, 42U);
  EXPECT_EQ(stat->threads, 9);
  EXPECT_EQ(stat->start_ticks, 777U);
  EXPECT_EQ(stat->resident_bytes, 25 * 4096);
  EXPECT_FALSE(metrics::parse_stat("", 4096));
  EXPECT_FALSE(metrics::parse_stat("7 (a) S 1", 4096));
}

TEST(CpuUsage, IsTheShareOfTheTimeThatPassed) {
  metrics::CpuUsage usage;
  const auto ticks = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  EXPECT_DOUBLE_EQ(*usage.update(ticks * 2, 10), 20);     // over the whole life
  EXPECT_DOUBLE_EQ(*usage.update(ticks * 3, 11), 100);    // over the last second
  EXPECT_DOUBLE_EQ(*usage.update(ticks * 4, 11.1), 100);  // too soon to tell
  EXPECT_DOUBLE_EQ(*usage.update(ticks * 4, 13), 50);
}

}  // namespace
}  // namespace container_kit::telemetry
