#include "delivery/console_exporter.h"

#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

#include "support/engine_fixture.h"

namespace container_kit::telemetry {
namespace {

using delivery::ConsoleExporter;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A pipe as the console.
class ConsoleExporterTest : public test::EngineFixture {
 protected:
  ConsoleExporterTest() { EXPECT_EQ(pipe2(pipe_, O_CLOEXEC), 0); }
  ~ConsoleExporterTest() override {
    close(pipe_[0]);
    close(pipe_[1]);
  }
  void SetUp() override {
    start({});
    write_to_pipe();
  }
  void write_to_pipe() {
    exporter_.reset();  // an engine has one at a time
    std::vector<std::unique_ptr<delivery::SpanExporter>> exporters;
    exporters.push_back(std::make_unique<ConsoleExporter>(ConsoleExporter::Style::kLines, pipe_[1]));
    delivery::ExportOptions options;
    options.schedule_delay = std::chrono::hours(1);
    exporter_ =
        std::make_unique<delivery::ExportThread>(*engine_, std::move(options), std::move(exporters), log_);
  }
  void record(int spans) {
    const std::string name(200, 'n');
    for (int index = 0; index < spans; ++index) tracer().start_span(name).end();
  }

  int pipe_[2] = {-1, -1};
};

TEST_F(ConsoleExporterTest, WritesALineASpan) {
  tracer().start_span("one").end();
  tracer().start_span("two").end();
  ASSERT_TRUE(exporter_->flush(base::Deadline::after(std::chrono::minutes(1))));
  char text[4096];
  const ssize_t size = read(pipe_[0], text, sizeof text);
  ASSERT_GT(size, 0);
  const std::string_view lines(text, static_cast<std::size_t>(size));
  EXPECT_NE(lines.find("one"), std::string_view::npos);
  EXPECT_NE(lines.find("two"), std::string_view::npos);
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
}

// 2,000 lines are more than a pipe holds. A thread that blocked in a write would stay there for good.
TEST_F(ConsoleExporterTest, ShutdownHoldsItsDeadlineWhereNobodyReads) {
  record(2'000);
  const auto start = steady_clock::now();
  static_cast<void>(exporter_->shutdown(base::Deadline::after(milliseconds(100))));
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_GT(exporter_->health().at(0).rejected_spans, 0U);
}

TEST_F(ConsoleExporterTest, DoesNotWriteToAConsoleThatIsClosed) {
  close(std::exchange(pipe_[0], -1));
  record(10);  // SIGPIPE would end this test
  EXPECT_TRUE(exporter_->flush(base::Deadline::after(std::chrono::minutes(1))));
  EXPECT_EQ(exporter_->health().at(0).rejected_spans, 10U);
}

}  // namespace
}  // namespace container_kit::telemetry
