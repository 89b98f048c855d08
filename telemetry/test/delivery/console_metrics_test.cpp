#include "delivery/console_metrics.h"

#include <array>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <container_kit/telemetry/meter_provider.h>

namespace container_kit::telemetry::delivery {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::chrono::seconds kPatience{20};

// A pipe as the console.
class ConsoleMetricsTest : public ::testing::Test {
 protected:
  ConsoleMetricsTest() { EXPECT_EQ(pipe2(pipe_.data(), O_CLOEXEC), 0); }
  ~ConsoleMetricsTest() override {
    for (const int end : pipe_) ::close(end);
  }
  std::string read_some() {
    std::array<char, 65536> text{};
    const ssize_t size = ::read(pipe_[0], text.data(), text.size());
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }

  std::array<int, 2> pipe_{};
  MeterProvider provider_;
  Counter<std::int64_t> counter_ = provider_.meter("test").counter<std::int64_t>("calls");
};

TEST_F(ConsoleMetricsTest, ShowsATableWithoutColoursAtItsIntervalAndAtTheEnd) {
  counter_.add(1);
  ConsoleMetrics console(provider_.core(), milliseconds(1), pipe_[1]);
  const std::string text = read_some();
  EXPECT_THAT(text, HasSubstr("  calls    1\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  console.begin_shutdown();
  EXPECT_TRUE(console.finish_shutdown(base::Deadline::after(kPatience)));
}

TEST_F(ConsoleMetricsTest, AFlushShowsOne) {
  counter_.add(2);
  ConsoleMetrics console(provider_.core(), std::chrono::hours(1), pipe_[1]);
  EXPECT_TRUE(console.finish_flush(console.begin_flush(), base::Deadline::after(kPatience)));
  EXPECT_THAT(read_some(), HasSubstr("  calls    2\n"));
}

TEST_F(ConsoleMetricsTest, AShutdownHoldsItsDeadlineWhereNobodyReads) {
  for (int i = 0; i < 1500; ++i) counter_.add(1, {{"key", std::string(60, 'k') + std::to_string(i)}});
  ConsoleMetrics console(provider_.core(), std::chrono::hours(1), pipe_[1]);
  console.begin_shutdown();
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(console.finish_shutdown(base::Deadline::after(milliseconds(50))));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, kPatience);
}

TEST_F(ConsoleMetricsTest, DoesNotWriteToAConsoleThatIsClosed) {
  ::close(std::exchange(pipe_[0], ::open("/dev/null", O_RDONLY | O_CLOEXEC)));
  counter_.add(1);
  ConsoleMetrics console(provider_.core(), std::chrono::hours(1), pipe_[1]);  // SIGPIPE would end this test
  EXPECT_TRUE(console.finish_flush(console.begin_flush(), base::Deadline::after(kPatience)));
}

}  // namespace
}  // namespace container_kit::telemetry::delivery
