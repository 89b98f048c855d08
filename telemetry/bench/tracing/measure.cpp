#include "tracing/measure.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <thread>

#include "pinned.h"

namespace container_kit::telemetry::bench {
namespace {

clockid_t clock_of(Stopwatch stopwatch) {
  switch (stopwatch) {
    case Stopwatch::kThreadProcessor:
      return CLOCK_THREAD_CPUTIME_ID;
    case Stopwatch::kProcessProcessor:
      return CLOCK_PROCESS_CPUTIME_ID;
    case Stopwatch::kWall:
      break;
  }
  return CLOCK_MONOTONIC;
}

// The first burst brings back into the caches what the other side has driven out of them.
double time_of(Stopwatch stopwatch, const Burst& burst) {
  burst.before();
  burst.run();
  burst.after();
  settle();
  burst.before();
  const std::int64_t start = read(stopwatch);
  burst.run();
  const std::int64_t end = read(stopwatch);
  burst.after();
  return static_cast<double>(end - start);
}

}  // namespace

std::int64_t read(Stopwatch stopwatch) {
  timespec now{};
  clock_gettime(clock_of(stopwatch), &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

void settle() {
  constexpr std::chrono::milliseconds kSettling{2};
  std::this_thread::sleep_for(kSettling);
}

Samples take_turns(Stopwatch stopwatch, int repetitions, double operations, const Burst& ours,
                   const Burst& theirs) {
  Samples samples;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    double our_time = 0;
    double their_time = 0;
    if (repetition % 2 == 0) our_time = time_of(stopwatch, ours);
    their_time = time_of(stopwatch, theirs);
    if (repetition % 2 != 0) our_time = time_of(stopwatch, ours);
    samples.ours.push_back(our_time / operations);
    samples.theirs.push_back(their_time / operations);
  }
  return samples;
}

double at_once(int threads, const std::function<void()>& warm_up, const std::function<void()>& work) {
  std::atomic<int> ready{0};
  std::atomic<std::int64_t> first_start{INT64_MAX};
  std::atomic<std::int64_t> last_end{0};
  const auto body = [&](int number) {
    const Pinned pinned(number);
    warm_up();
    ready.fetch_add(1);
    while (ready.load() < threads) {
    }
    const std::int64_t start = read(Stopwatch::kWall);
    work();
    const std::int64_t end = read(Stopwatch::kWall);
    for (std::int64_t seen = first_start; start < seen && !first_start.compare_exchange_weak(seen, start);) {
    }
    for (std::int64_t seen = last_end; end > seen && !last_end.compare_exchange_weak(seen, end);) {
    }
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(body, i);
  body(0);
  for (std::thread& other : others) other.join();
  return static_cast<double>(last_end - first_start);
}

}  // namespace container_kit::telemetry::bench
