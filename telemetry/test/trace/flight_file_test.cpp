// The flight buffer's file: whose it is, what may be done to it, how large it is; and what happens when it is
// full.

#include "trace/flight_file.h"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <container_kit/telemetry/manager.h>

#include "delivery/flight_orphans.h"
#include "support/memory_exporter.h"
#include "support/memory_folder.h"
#include "trace/engine.h"
#include "trace/flight_reader.h"

namespace container_kit::telemetry {
namespace {

using ::testing::HasSubstr;

trace::EngineOptions options_in(const test::MemoryFolder& folder, std::size_t bytes = std::size_t{1} << 20) {
  trace::EngineOptions options;
  options.flight_dir = folder.path();
  options.service = "file test";
  options.flight_bytes = bytes;
  return options;
}

TEST(FlightFile, IsForItsOwnerOnlyBoundedAndAllocatedInAdvance) {
  constexpr std::size_t kBytes = std::size_t{3} << 20;
  const mode_t before = umask(0);
  const test::MemoryFolder folder;
  const auto engine = trace::Engine::create(options_in(folder, kBytes));
  umask(before);
  ASSERT_TRUE(engine);
  ASSERT_EQ(folder.files().size(), 1U);
  struct stat status {};
  ASSERT_EQ(stat(folder.files()[0].c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_LE(static_cast<std::size_t>(status.st_size), kBytes + trace::kHeaderSize + trace::kMetadataSize);
  EXPECT_GE(status.st_blocks * 512, status.st_size) << "not all of it is allocated";
  (*engine)->close();
  EXPECT_TRUE(folder.files().empty());
}

TEST(FlightFile, NoRoomForItIsAWarningOfTheManagerAndNotAnEnd) {
  // In a child, since the limit is the whole process's.
  const test::MemoryFolder folder;
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit none{1 << 16, 1 << 16};
    setrlimit(RLIMIT_FSIZE, &none);
    Config config;
    config.flight_dir = folder.path();
    config.traces_to_nowhere = true;
    std::string warnings;
    config.log_sink = [&warnings](LogLevel, std::string_view line) { warnings.append(line).append("\n"); };
    Manager manager{config};
    bool good = manager.initialize().has_value();
    manager.instrument_operation("work", [] {});
    good = good && manager.force_flush(std::chrono::seconds(30)) && manager.health().spans_exported == 1;
    good = good && warnings.find("will not outlive") != std::string::npos && folder.files().empty();
    _exit(good ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(FlightFile, AFolderThatIsNotThereIsAWarningOfTheManager) {
  Config config;
  config.flight_dir = "/proc/none";
  config.traces_to_nowhere = true;
  std::string warnings;
  config.log_sink = [&warnings](LogLevel, std::string_view line) { warnings.append(line).append("\n"); };
  Manager manager{config};
  ASSERT_TRUE(manager.initialize());
  EXPECT_THAT(warnings, HasSubstr("/proc/none"));
  EXPECT_THAT(warnings, HasSubstr("will not outlive a kill"));
}

// A process of its own that ends one span of this name, and then waits to be killed.
class Sibling {
 public:
  Sibling(const test::MemoryFolder& folder, const std::string& name) {
    int ready[2];
    EXPECT_EQ(pipe(ready), 0);
    child_ = fork();
    if (child_ == 0) live(folder, name, ready[1]);
    char byte = 0;
    EXPECT_EQ(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
  }
  void die() {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }

 private:
  [[noreturn]] static void live(const test::MemoryFolder& folder, const std::string& name, int ready) {
    auto engine = trace::Engine::create(options_in(folder));
    if (!engine) _exit(1);
    Tracer(*engine, &(*engine)->mode(), 0).start_span(name).end();
    // What another process of the same service has is not ours, as long as it lives.
    base::Log log(LogLevel::kNone, {});
    if (!delivery::find_flight_orphans(folder.path(), "file test", log).empty()) _exit(1);
    if (write(ready, "r", 1) != 1) _exit(1);
    for (;;) pause();
  }
  pid_t child_;
};

std::string recovered_names(const test::MemoryFolder& folder) {
  base::Log log(LogLevel::kNone, {});
  std::string names;
  for (auto& orphan : delivery::find_flight_orphans(folder.path(), "file test", log)) {
    for (const auto& span : orphan.flight.finished) names += read_span(span.bytes)->name;
    names += ";";
    orphan.file->remove();
  }
  return names;
}

TEST(FlightFile, TwoProcessesOfOneServiceDoNotTouchEachOthers) {
  const test::MemoryFolder folder;
  Sibling first(folder, "first");
  Sibling second(folder, "second");
  EXPECT_EQ(folder.files().size(), 2U);
  EXPECT_EQ(recovered_names(folder), "");
  first.die();
  EXPECT_EQ(recovered_names(folder), "first;");
  EXPECT_EQ(folder.files().size(), 1U);
  second.die();
  EXPECT_EQ(recovered_names(folder), "second;");
}

// Nobody reads: the chunks fill up. What was not dropped is whole, and what was is counted.
TEST(FlightFull, DropsAndCountsAndNeverOverwritesHalfASpan) {
  constexpr int kSpans = 20'000;
  const test::MemoryFolder folder;
  const auto engine = trace::Engine::create(options_in(folder));
  ASSERT_TRUE(engine);
  const Tracer tracer(*engine, &(*engine)->mode(), 0);
  for (std::int64_t index = 0; index < kSpans; ++index) {
    Span span = tracer.start_span("work");
    span.set_attribute("text", std::string(static_cast<std::size_t>(index % 700), 'x'));
    span.set_attribute("size", index % 700);
  }
  const trace::Totals totals = (*engine)->totals();
  EXPECT_EQ(totals.ended, static_cast<std::uint64_t>(kSpans));
  EXPECT_GT(totals.dropped, 0U);
  trace::FlightReader reader(**engine);
  std::vector<trace::FinishedSpan> spans;
  EXPECT_TRUE(reader.collect(spans, kSpans));
  EXPECT_EQ(spans.size() + totals.dropped, std::size_t{kSpans});
  for (const trace::FinishedSpan& finished : spans) {
    const auto span = read_span({reinterpret_cast<const char*>(finished.bytes), finished.size});
    ASSERT_TRUE(span);
    const std::string size = span->attribute("size").value_or("none");
    EXPECT_EQ(std::to_string(span->attribute("text").value_or("").size()), size);
  }
  // And once there is room, spans are recorded again.
  reader.acknowledge(spans);
  tracer.start_span("again").end();
  spans.clear();
  EXPECT_TRUE(reader.collect(spans, 10));
  EXPECT_EQ(spans.size(), 1U);
  EXPECT_EQ((*engine)->totals().dropped, totals.dropped);
  (*engine)->close();
}

// The same for live spans: beyond the slots, spans are not recorded, and counted.
TEST(FlightFull, BeyondItsSlotsSpansAreNotRecordedAndCounted) {
  const test::MemoryFolder folder;
  const auto engine = trace::Engine::create(options_in(folder));
  ASSERT_TRUE(engine);
  const Tracer tracer(*engine, &(*engine)->mode(), 0);
  const std::size_t slots = (*engine)->buffer().shape().slots;
  std::vector<Span> open;
  std::size_t recording = 0;
  for (std::size_t index = 0; index < slots + 10; ++index) {
    open.push_back(tracer.start_span("open"));
    recording += open.back().is_recording() ? 1 : 0;
  }
  EXPECT_EQ(recording, slots);
  EXPECT_EQ((*engine)->totals().dropped, 10U);
  EXPECT_TRUE(open.back().context().is_valid());
  open.clear();
  EXPECT_TRUE(tracer.start_span("again").is_recording());
  (*engine)->close();
}

}  // namespace
}  // namespace container_kit::telemetry
