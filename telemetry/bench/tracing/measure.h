// How a figure is taken: bursts of both sides in turns, and the medians over the repetitions.
//
// Thread safety: none; everything is called by the main thread.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace container_kit::telemetry::bench {

// Time that the calling thread, or all threads of the process, have spent on a processor; and time that
// passed.
enum class Stopwatch { kThreadProcessor, kProcessProcessor, kWall };
std::int64_t read(Stopwatch stopwatch);

// What one side does in a repetition, twice: first to warm up, then to be measured. Only `run` is measured.
struct Burst {
  std::function<void()> before = [] {};
  std::function<void()> run;
  std::function<void()> after = [] {};
};

// For each repetition what one operation took.
struct Samples {
  std::vector<double> ours;
  std::vector<double> theirs;
};

// Who goes first changes with each repetition. Each side does `operations` operations in a burst.
constexpr int kBurstsEach = 2;  // in a repetition
Samples take_turns(Stopwatch stopwatch, int repetitions, double operations, const Burst& ours,
                   const Burst& theirs);

// Waits until the exporters' threads have gone back to sleep after a flush. What they still do would be done
// beside a burst, on another processor, or on its second hardware thread.
void settle();

// Calls work() on `threads` threads at once, this one among them, each on a processor of its own where there
// are as many, and returns the wall time in nanoseconds
// from the moment when all were ready to the last one's end. warm_up() runs on each thread before.
double at_once(int threads, const std::function<void()>& warm_up, const std::function<void()>& work);

// How often the calling thread has called operator new. Counted by this program's own operator new, which the
// peer's libraries use as well.
std::uint64_t allocations_of_this_thread();

}  // namespace container_kit::telemetry::bench
