// Threads that live for a few spans only: what they had is handed on, and nothing of it is lost.

#include <atomic>
#include <thread>
#include <vector>

#include <dirent.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include "trace/engine.h"
#include "trace/flight_reader.h"

namespace container_kit::telemetry {
namespace {

constexpr int kAtOnce = 4;

int open_descriptors() {
  DIR* const folder = opendir("/proc/self/fd");
  int count = 0;
  while (readdir(folder) != nullptr) ++count;  // NOLINT(concurrency-mt-unsafe): a stream of our own
  closedir(folder);
  return count;
}

std::size_t thread_states(trace::Engine& engine) {
  std::size_t count = 0;
  for (auto* state = engine.first_thread(); state != nullptr; state = state->next) ++count;
  return count;
}

// Each of the threads records two spans; kAtOnce of them live at a time.
void run_threads(const Tracer& tracer, int threads) {
  std::atomic<int> left{threads};
  std::vector<std::thread> spawners;
  for (int index = 0; index < kAtOnce; ++index) {
    spawners.emplace_back([&] {
      while (left.fetch_sub(1) > 0) {
        std::thread([&tracer] {
          const ActiveSpan outer = tracer.start_active_span("outer");
          Span inner = tracer.start_span("inner", {.attributes = {{"k", "v"}}});
        }).join();
      }
    });
  }
  for (std::thread& spawner : spawners) spawner.join();
}

// Without an exporter thread, whose queues would hide what the threads leave behind.
TEST(ShortThreads, TenThousandLoseNoSpanAndLeakNothing) {
  constexpr int kThreads = 10'000;
  constexpr int kWarmUp = 100;
  constexpr std::size_t kSpans = 2 * (kThreads + kWarmUp);
  auto& engine = **trace::Engine::create({});
  const Tracer tracer(&engine, &engine.mode(), 0);
  run_threads(tracer, kWarmUp);  // whatever is made once is made now
  const int descriptors = open_descriptors();
  const std::size_t allocated = mallinfo2().uordblks;

  run_threads(tracer, kThreads);
  // The smallest leak is 16 bytes a thread; all that may have grown is a list. A sanitizer's allocator tells
  // nothing here: 0 on both sides.
  EXPECT_LE(mallinfo2().uordblks, allocated + 8 * std::size_t{kThreads});
  EXPECT_EQ(open_descriptors(), descriptors);
  EXPECT_EQ(engine.buffer().free_slots().available(), engine.buffer().shape().slots);
  // The threads that live at once, and one for each that was on its way out when the next came.
  EXPECT_LE(thread_states(engine), std::size_t{2 * kAtOnce});
  EXPECT_EQ(engine.totals().ended, kSpans);
  EXPECT_EQ(engine.totals().dropped, 0U);

  trace::FlightReader reader(engine);
  std::vector<trace::FinishedSpan> spans;
  while (reader.collect(spans, kSpans)) {
  }
  EXPECT_EQ(spans.size(), kSpans);
  reader.acknowledge(spans);
  // All that is not free is the chunk that each state is filling.
  EXPECT_GE(engine.buffer().free_chunks().available() + thread_states(engine),
            engine.buffer().shape().chunks);
  engine.close();
}

}  // namespace
}  // namespace container_kit::telemetry
