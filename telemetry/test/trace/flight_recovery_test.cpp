#include "trace/flight_recovery.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "delivery/flight_orphans.h"
#include "protocol/otlp_reader.h"
#include "support/memory_exporter.h"
#include "trace/engine.h"
#include "trace/flight_reader.h"

namespace container_kit::telemetry {
namespace {

// Runs `body` in a child process with an engine whose flight buffer lies in `dir`, then lets the child die
// without any cleaning up.
template <typename Body>
void die_after(const std::string& dir, Body body) {
  const pid_t child = fork();
  if (child == 0) {
    trace::EngineOptions options;
    options.flight_dir = dir;
    options.service = "recovery test";
    options.resource = "resource bytes";
    options.resource_schema_url = "https://example.com/resource";
    options.flight_bytes = 1 << 20;
    auto engine = trace::Engine::create(options);
    if (!engine) _exit(1);
    const Tracer tracer(
        *engine, &(*engine)->mode(),
        (*engine)->register_scope({.name = "scope", .schema_url = "https://example.com/schema"}));
    body(tracer);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
}

class FlightRecovery : public ::testing::Test {
 protected:
  FlightRecovery() {
    std::string pattern = "/dev/shm/container-kit-recovery-test-XXXXXX";
    dir_ = mkdtemp(pattern.data());
  }
  ~FlightRecovery() override { rmdir(dir_.c_str()); }

  std::vector<delivery::FlightOrphan> orphans(const std::string& service = "recovery test") {
    base::Log log(LogLevel::kNone, {});
    return delivery::find_flight_orphans(dir_, service, log);
  }

  std::string dir_;
};

std::string draw(const std::vector<trace::RecoveredSpan>& spans) {
  std::vector<std::string> messages;
  for (const auto& span : spans) messages.push_back(span.bytes);
  return test::draw_tree(messages);
}

TEST_F(FlightRecovery, FindsFinishedAndOpenSpansWithTheirResourceAndScope) {
  die_after(dir_, [](const Tracer& tracer) {
    Span finished = tracer.start_span("finished", {.attributes = {{"a", 1}}});
    finished.set_attribute("a", 2);
    finished.end();
    Span large = tracer.start_span("large");
    large.set_attribute("text", std::string(5000, 'x'));
    large.end();
    auto* open = new Span(tracer.start_span("open", {.attributes = {{"step", "half way"}}}));
    open->set_status(StatusCode::kError, "not yet final");
    open->add_event("begun");
  });
  auto found = orphans();
  ASSERT_EQ(found.size(), 1U);
  const trace::RecoveredFlight& flight = found[0].flight;
  EXPECT_EQ(draw(flight.finished), "finished a=2\nlarge text=" + std::string(5000, 'x') + "\n");
  EXPECT_EQ(
      draw(flight.incomplete),
      "open step=half way container_kit.incomplete=true !the process ended before the span did @begun\n");
  EXPECT_EQ(flight.torn, 0U);
  EXPECT_EQ(flight.metadata.resource, "resource bytes");
  EXPECT_EQ(flight.metadata.resource_schema_url, "https://example.com/resource");
  ASSERT_EQ(flight.finished[0].scope, 1U);
  EXPECT_EQ(flight.metadata.scopes.at(1).message, std::string("\x0A\x05scope"));
  EXPECT_EQ(flight.metadata.scopes.at(1).schema_url, "https://example.com/schema");
  found[0].file->remove();
}

TEST_F(FlightRecovery, EndsAnOpenSpanAtItsLatestEvent) {
  const TimePoint start{std::chrono::seconds(1'700'000'000)};
  die_after(dir_, [start](const Tracer& tracer) {
    auto* open = new Span(tracer.start_span("open", {.start_time = start}));
    open->add_event("latest", start + std::chrono::seconds(2));
    open->add_event("earlier", start + std::chrono::seconds(1));
    static_cast<void>(new Span(tracer.start_span("without events", {.start_time = start})));
  });
  auto found = orphans();
  ASSERT_EQ(found.size(), 1U);
  ASSERT_EQ(found[0].flight.incomplete.size(), 2U);
  for (const trace::RecoveredSpan& span : found[0].flight.incomplete) {
    protocol::OtlpSpan read;
    protocol::read_otlp(span.bytes, read);
    EXPECT_EQ(read.duration(), read.events.empty() ? 0 : 2'000'000'000) << read.name;
  }
  found[0].file->remove();
}

TEST_F(FlightRecovery, LeavesTheBuffersOfLivingProcessesAndOtherServicesAlone) {
  trace::EngineOptions options;
  options.flight_dir = dir_;
  options.service = "recovery test";
  options.flight_bytes = 1 << 20;
  const auto living = trace::Engine::create(options);
  ASSERT_TRUE(living);
  EXPECT_TRUE((*living)->buffer().is_in_file());
  EXPECT_EQ(orphans().size(), 0U);
  // Seen from another process, too.
  const pid_t child = fork();
  if (child == 0) _exit(static_cast<int>(orphans().size()));
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  die_after(dir_, [](const Tracer& tracer) { tracer.start_span("x").end(); });
  EXPECT_EQ(orphans("recovery_test").size(), 0U);  // the same file name, another service
  auto found = orphans();
  EXPECT_EQ(found.size(), 1U);
  EXPECT_EQ(orphans().size(), 0U);  // adopted already
  found[0].file->remove();
  (*living)->close();
}

TEST_F(FlightRecovery, SurvivesAnyCorruption) {
  die_after(dir_, [](const Tracer& tracer) {
    for (int index = 0; index < 50; ++index) {
      tracer.start_span("finished", {.attributes = {{"index", index}}}).end();
      static_cast<void>(new Span(tracer.start_span("open")));
    }
  });
  auto found = orphans();
  ASSERT_EQ(found.size(), 1U);
  const std::uint8_t* const memory = found[0].file->map(false);
  const std::vector<std::uint8_t> whole(memory, memory + found[0].file->size());
  munmap(const_cast<std::uint8_t*>(memory), whole.size());
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint8_t> copy = whole;
    for (int hit = 0; hit < 64; ++hit) {
      // Half of the hits into the header and the first slots and chunks, where they hurt most.
      const std::size_t region = hit % 2 == 0 ? copy.size() : std::size_t{128} << 10;
      copy[random() % region] = static_cast<std::uint8_t>(random());
    }
    if (round % 3 == 0) copy.resize(random() % copy.size());
    const auto flight = trace::recover_flight(copy);
    if (!flight) continue;
    for (const auto& span : flight->finished) EXPECT_GE(span.bytes.size(), trace::kPrefixSize);
  }
  found[0].file->remove();
}

TEST_F(FlightRecovery, AForkedChildDoesNotTouchItsParentsBuffer) {
  trace::EngineOptions options;
  options.flight_dir = dir_;
  options.service = "recovery test";
  options.flight_bytes = 1 << 20;
  const auto engine = trace::Engine::create(options);
  ASSERT_TRUE(engine);
  const Tracer tracer(*engine, &(*engine)->mode(), 0);
  Span open = tracer.start_span("parent's");
  const pid_t child = fork();
  if (child == 0) {
    open.set_attribute("intruder", true);
    open.end();
    const bool clean = !tracer.enabled() && !tracer.start_span("child's").is_recording();
    _exit(clean ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  open.end();
  trace::FlightReader reader(**engine);
  std::vector<trace::FinishedSpan> spans;
  ASSERT_TRUE(reader.collect(spans, 10));
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(test::draw_tree({std::string(reinterpret_cast<const char*>(spans[0].bytes), spans[0].size)}),
            "parent's\n");
  (*engine)->close();
}

TEST_F(FlightRecovery, AFullFolderIsAWarningAndNotAnEnd) {
  trace::EngineOptions options;
  options.flight_dir = "/proc";  // nobody can create a file there
  std::string problem;
  const auto engine = trace::Engine::create(options, &problem);
  ASSERT_TRUE(engine);
  EXPECT_FALSE((*engine)->buffer().is_in_file());
  EXPECT_THAT(problem, ::testing::HasSubstr("/proc"));
  (*engine)->close();
}

}  // namespace
}  // namespace container_kit::telemetry
