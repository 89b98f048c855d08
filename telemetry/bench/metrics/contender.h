// What every library under measurement does, in its own words: the same work, timed the same way.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "pinned.h"

namespace bench {

// One timed run, and what the library says it has counted since its creation.
struct Run {
  double nanoseconds = 0;  // a call, as one thread sees it
  double count = 0;
  double sum = 0;
};

struct Workload {
  int threads = 1;
  std::uint64_t calls = 0;  // on each thread
};

// Durations from 20 µs to about 1 s, evenly spread over the octaves and in no order.
inline const std::array<double, 1024>& durations() {
  static const auto kDurations = [] {
    std::array<double, 1024> values{};
    std::uint64_t random = 88172645463325252U;
    for (double& value : values) {
      random ^= random << 13U;
      random ^= random >> 7U;
      random ^= random << 17U;
      value = 20e-6 * std::pow(2.0, static_cast<double>(random % 15600) / 1000.0);
    }
    return values;
  }();
  return kDurations;
}

inline std::vector<double> boundaries() {
  return {0.000025, 0.00005, 0.0001, 0.00015, 0.0002, 0.0003, 0.0004, 0.0005, 0.00075, 0.001, 0.0025, 0.005,
          0.01,     0.025,   0.05,   0.1,     0.25,   0.5,    1,      2.5,    5,       10,    30,     60};
}

// Runs call(i) `calls` times on each thread at once; nanoseconds a call from the first start to the last end.
template <typename Call>
double time_calls(const Workload& work, Call call) {
  using Clock = std::chrono::steady_clock;
  struct Times {
    Clock::time_point start;
    Clock::time_point end;
  };
  std::atomic<int> ready{0};
  std::vector<Times> times(static_cast<std::size_t>(work.threads));
  // Of one type, so that all threads run the same instructions at the same addresses.
  const std::function<void(int)> body = [&](int number) {
    const container_kit::telemetry::bench::Pinned pinned(number);
    Call mine = call;
    mine(0);  // the first use, which may allocate
    ready.fetch_add(1);
    while (ready.load() < work.threads) {
    }
    Times taken{Clock::now(), {}};
    for (std::uint64_t i = 1; i < work.calls; ++i) mine(i);
    taken.end = Clock::now();
    times[static_cast<std::size_t>(number)] = taken;
  };
  std::vector<std::thread> others;
  for (int t = 1; t < work.threads; ++t) others.emplace_back(std::cref(body), t);
  body(0);
  for (auto& thread : others) thread.join();
  Clock::time_point first = times.front().start;
  Clock::time_point last = times.front().end;
  for (const Times& each : times) {
    first = std::min(first, each.start);
    last = std::max(last, each.end);
  }
  const std::chrono::duration<double, std::nano> took = last - first;
  return took.count() / static_cast<double>(work.calls - 1);
}

// For recorders that need to be emptied: call() in bursts on this thread, with before() and after() around
// each. The bursts alone are timed; nanoseconds a call.
template <typename Call, typename Before, typename After>
double time_bursts(std::uint64_t calls, Call call, Before before, After after) {
  constexpr std::uint64_t kBurst = 2000;
  std::chrono::duration<double, std::nano> took{0};
  for (std::uint64_t done = 0; done < calls; done += kBurst) {
    before();
    const auto start = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < kBurst; ++i) call();
    took += std::chrono::steady_clock::now() - start;
    after();
  }
  return took.count() / static_cast<double>((calls + kBurst - 1) / kBurst * kBurst);
}

// Each library keeps its instruments over all runs, so counts add up. Rows a library cannot do are empty.
class Contender {
 public:
  virtual ~Contender() = default;
  virtual std::string name() const = 0;
  virtual std::optional<Run> counter_bound(const Workload& work) = 0;
  virtual std::optional<Run> histogram_bound(const Workload& work) = 0;
  virtual std::optional<Run> exponential_bound(const Workload& work) = 0;
  virtual std::optional<Run> counter_attributes(const Workload& work) = 0;
  virtual std::optional<Run> histogram_attributes(const Workload& work) = 0;
  // 10,000 counter series to text, `calls` times; count and sum are read back from the text.
  virtual std::optional<Run> scrape_10k(const Workload& work) = 0;
  // A tool call that does nothing, instrumented: its span, a duration histogram and two counters. Count and
  // sum are those of the calls and of the finished spans. In bursts, between which what was recorded is
  // flushed, untimed.
  virtual std::optional<Run> tool(const Workload&) { return std::nullopt; }
  // The same with everything held against privacy rules, which the peers do not have. Count and sum go on
  // from those of tool().
  virtual std::optional<Run> tool_private(const Workload& work) { return tool(work); }
  // Makes 100,000 counter series and keeps them.
  virtual bool make_100k() = 0;
};

std::unique_ptr<Contender> make_ours();
// Null where the library is not installed.
std::unique_ptr<Contender> make_prometheus();
std::unique_ptr<Contender> make_opentelemetry();

// Number of samples whose name begins with `name`, and the sum of their values.
Run read_back(const std::string& text, const std::string& name);

}  // namespace bench
