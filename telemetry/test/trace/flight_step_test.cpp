// A kill between any two instructions: a child records a span one instruction at a time, and after each of
// them its flight buffer is recovered as if the child had been killed there.

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/otlp_reader.h"
#include "support/memory_exporter.h"
#include "support/memory_folder.h"
#include "trace/engine.h"
#include "trace/flight_file.h"
#include "trace/flight_recovery.h"

namespace container_kit::telemetry {
namespace {

// ThreadSanitizer looks at each byte that is copied.
#if defined(__SANITIZE_THREAD__)
constexpr bool kHasManySteps = true;
#else
constexpr bool kHasManySteps = false;
#endif

using Body = std::function<void(const Tracer&)>;

constexpr const char* kBefore = "before";
constexpr const char* kWatched = "watched";

// Records one span, and then, between two stops, what `body` does.
[[noreturn]] void record_between_stops(const std::string& dir, const Body& body) {
  trace::EngineOptions options;
  options.flight_dir = dir;
  options.service = "step test";
  options.flight_bytes = std::size_t{1} << 20U;
  auto engine = trace::Engine::create(options);
  if (!engine || ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(1);
  const Tracer tracer(*engine, &(*engine)->mode(), 0);
  tracer.start_span(kBefore).end();
  raise(SIGSTOP);
  body(tracer);
  raise(SIGSTOP);
  _exit(0);
}

// A child that is stopped at its first stop, and its flight buffer.
class SteppedChild {
 public:
  explicit SteppedChild(const Body& body) {
    pid_ = fork();
    if (pid_ == 0) record_between_stops(folder_.path(), body);
    if (!stops_by(SIGSTOP)) return;
    const std::vector<std::string> files = folder_.files();
    if (files.size() != 1) return;
    const int descriptor = open(files.front().c_str(), O_RDONLY | O_CLOEXEC);
    const std::size_t size = std::filesystem::file_size(files.front());
    void* const mapped = mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
    close(descriptor);
    if (mapped != MAP_FAILED) memory_ = {static_cast<const std::uint8_t*>(mapped), size};
  }
  ~SteppedChild() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    if (!memory_.empty()) munmap(const_cast<std::uint8_t*>(memory_.data()), memory_.size());
  }
  SteppedChild(const SteppedChild&) = delete;
  SteppedChild& operator=(const SteppedChild&) = delete;

  bool is_ready() const { return !memory_.empty(); }
  // False where the child has come to its second stop.
  bool step() { return ptrace(PTRACE_SINGLESTEP, pid_, nullptr, nullptr) == 0 && stops_by(SIGTRAP); }
  std::span<const std::uint8_t> memory() const { return memory_; }

 private:
  bool stops_by(int signal) const {
    int status = 0;
    return waitpid(pid_, &status, 0) == pid_ && WIFSTOPPED(status) && WSTOPSIG(status) == signal;
  }

  test::MemoryFolder folder_;
  pid_t pid_ = -1;
  std::span<const std::uint8_t> memory_;
};

int count_of(const std::vector<trace::RecoveredSpan>& spans, const std::string& name) {
  int count = 0;
  for (const trace::RecoveredSpan& span : spans) {
    protocol::OtlpSpan read;
    protocol::read_otlp(span.bytes, read);  // throws where it is torn
    if (read.name == name) ++count;
  }
  return count;
}

std::string drawn(const std::vector<trace::RecoveredSpan>& spans) {
  std::vector<std::string> messages;
  for (const trace::RecoveredSpan& span : spans) messages.push_back(span.bytes);
  return test::draw_tree(messages);
}

enum class Phase { kNotYet, kOpen, kFinished };

// What would be found if the child were killed now.
class Watch {
 public:
  void look(std::span<const std::uint8_t> memory) {
    const auto flight = trace::recover_flight(memory);
    ASSERT_TRUE(flight) << flight.error().message;
    ASSERT_EQ(flight->torn, 0U);
    ASSERT_EQ(count_of(flight->finished, kBefore), 1);
    const int finished = count_of(flight->finished, kWatched);
    const int open = count_of(flight->incomplete, kWatched);
    ASSERT_LE(finished + open, 1) << "the span would be exported twice";
    const Phase phase = finished == 1 ? Phase::kFinished : open == 1 ? Phase::kOpen : Phase::kNotYet;
    ASSERT_GE(phase, phase_) << "the span would be lost";
    if (phase != phase_) ++phases;
    phase_ = phase;
    const std::string now = drawn(phase == Phase::kFinished ? flight->finished : flight->incomplete);
    if (texts.empty() || texts.back() != now) texts.push_back(now);
  }

  int phases = 0;
  std::vector<std::string> texts;  // what was found, each time that it changed

 private:
  Phase phase_ = Phase::kNotYet;
};

Watch watch(const Body& body) {
  Watch result;
  SteppedChild child(body);
  EXPECT_TRUE(child.is_ready()) << "is ptrace(2) allowed here?";
  int steps = 0;
  do {
    result.look(child.memory());
    ++steps;
  } while (!::testing::Test::HasFatalFailure() && child.is_ready() && child.step());
  EXPECT_GT(steps, 300);
  EXPECT_EQ(result.phases, 2) << "open, and finished";
  return result;
}

TEST(FlightStep, AKillBetweenAnyTwoInstructionsLosesAndDoublesNothing) {
  const Watch seen = watch([](const Tracer& tracer) {
    Span span = tracer.start_span(kWatched);
    span.set_attributes({{"text", "some text"}, {"number", 7}});
    span.add_event("happened");
    span.set_attribute("number", 8);
    span.set_status(StatusCode::kOk);
    span.end();
  });
  const std::string open = " container_kit.incomplete=true !the process ended before the span did";
  ASSERT_GE(seen.texts.size(), 6U);
  EXPECT_EQ(seen.texts[1], "watched" + open + "\n");
  EXPECT_EQ(seen.texts[2], "watched text=some text number=7" + open + "\n");
  EXPECT_EQ(seen.texts[3], "watched text=some text number=7" + open + " @happened\n");
  EXPECT_NE(seen.texts.back().find("watched text=some text number=8 ok @happened\n"), std::string::npos)
      << seen.texts.back();
}

// It moves to a block, and the block is handed over with it.
TEST(FlightStep, NorDoesOneWhileASpanOutgrowsItsSlot) {
  if (kHasManySteps) GTEST_SKIP() << "more steps than there is time for";
  const std::string text(2100, 'x');
  const Watch seen = watch([&text](const Tracer& tracer) {
    Span span = tracer.start_span(kWatched);
    span.set_attribute("short", 1);
    span.set_attribute("text", text);
    span.end();
  });
  EXPECT_NE(seen.texts.back().find("watched short=1 text=" + text), std::string::npos);
}

}  // namespace
}  // namespace container_kit::telemetry
