#include "tracing/pair.h"
#include "tracing/rows.h"
#include "tracing/workload.h"

namespace container_kit::telemetry::bench {
namespace {

constexpr int kRepetitions = 41;
constexpr int kBurst = 4096;  // full spans of several bursts fit into the flight buffer and the peer's queue
constexpr int kIdleBurst = 65536;  // of what records nothing
constexpr const char* kNote = "processor time of the calling thread; exporters held during a burst";

using OurWork = void (*)(const Tracer&, int) noexcept;
using PeerWork = void (*)(opentelemetry::trace::Tracer&, int) noexcept;

struct Work {
  OurWork ours;
  PeerWork theirs;
  int spans_each;  // that an operation records
  int burst;
};

Row measure(Row row, Pair& pair, const Work& work) {
  const Burst ours{[] {}, [&] { work.ours(pair.ours.tracer(), work.burst); }, [&] { pair.ours.flush(); }};
  const Burst theirs{[&] { pair.theirs.hold(); }, [&] { work.theirs(pair.theirs.tracer(), work.burst); },
                     [&] { pair.theirs.flush(); }};
  const Samples samples = take_turns(Stopwatch::kThreadProcessor, kRepetitions, work.burst, ours, theirs);
  row.note = kNote;
  constexpr auto kBursts = static_cast<std::uint64_t>(kRepetitions * kBurstsEach);
  pair.judge(row, samples, kBursts * static_cast<std::uint64_t>(work.burst * work.spans_each));
  return row;
}

// Two threads, or one, as fast as they can: nanoseconds a span of all threads together.
Burst throughput_burst(int threads, std::vector<double>& samples, const std::function<void()>& hold,
                       const std::function<void(int)>& work, const std::function<void()>& flush) {
  const auto run = [threads, &samples, work] {
    const double took = at_once(
        threads, [&] { work(1); }, [&] { work(kBurst); });
    samples.push_back(took / (kBurst * threads));
  };
  return {hold, run, flush};
}

}  // namespace

Row span_row() {
  Pair pair(Exporting::kHeld);
  Row row = measure({.name = "span"}, pair, {bare, bare, 1, kBurst});
  constexpr double kWithCounter = 15;
  constexpr double kWithoutCounter = 10;
  row.want_ratio(pair.ours.uses_counter() ? kWithCounter : kWithoutCounter);
  return row;
}

Row span_full_row() {
  Pair pair(Exporting::kHeld);
  Row row = measure({.name = "span_full"}, pair, {full, full, 1, kBurst});
  row.want_ratio(25);
  return row;
}

Row span_child_row() {
  Pair pair(Exporting::kHeld);
  Row row = measure({.name = "span_child", .unit = "ns/3 spans"}, pair, {nested, nested, kNested, kBurst});
  row.want_ratio(15);
  return row;
}

Row span_unsampled_row() {
  Pair pair(Exporting::kHeld, false);
  Row row = measure({.name = "span_unsampled"}, pair, {bare, bare, 0, kIdleBurst});
  row.want_at_most(5);
  return row;
}

Row span_disabled_row() {
  Pair pair(Exporting::kHeld, true, false);
  Row row = measure({.name = "span_disabled"}, pair, {bare, bare, 0, kIdleBurst});
  row.want_at_most(2);
  return row;
}

Row allocations_row() {
  Pair pair(Exporting::kHeld);
  Samples samples;
  const auto count = [](std::vector<double>& into, auto& side) {
    if constexpr (requires { side.hold(); }) side.hold();
    const std::uint64_t before = allocations_of_this_thread();
    full(side.tracer(), kBurst);
    into.push_back(static_cast<double>(allocations_of_this_thread() - before) / kBurst);
    side.flush();
  };
  full(pair.ours.tracer(), 1);  // the thread's first span registers it
  full(pair.theirs.tracer(), 1);
  constexpr int kCounts = 3;
  for (int i = 0; i < kCounts; ++i) {
    count(samples.ours, pair.ours);
    count(samples.theirs, pair.theirs);
  }
  Row row{.name = "allocations_per_span", .unit = "allocations"};
  row.note = "calls of operator new by the thread that makes the span, as in span_full";
  pair.judge(row, samples, static_cast<std::uint64_t>(kCounts) * kBurst + 1);
  row.want_at_most(0);
  return row;
}

std::vector<Row> two_threads_rows() {
  Pair pair(Exporting::kHeld);
  Samples two;
  std::vector<double> one;
  const auto our_work = [&](int times) { full(pair.ours.tracer(), times); };
  const auto their_work = [&](int times) { full(pair.theirs.tracer(), times); };
  const auto hold_ours = [] {};
  const auto flush_ours = [&] { pair.ours.flush(); };
  const Burst our_one = throughput_burst(1, one, hold_ours, our_work, flush_ours);
  const Burst our_two = throughput_burst(2, two.ours, hold_ours, our_work, flush_ours);
  const Burst their_two = throughput_burst(
      2, two.theirs, [&] { pair.theirs.hold(); }, their_work, [&] { pair.theirs.flush(); });
  const auto do_burst = [](const Burst& burst) {
    settle();
    burst.before();
    burst.run();
    burst.after();
  };
  for (int i = 0; i < kRepetitions; ++i) {
    for (const Burst* burst : {&our_one, &our_two, &their_two}) do_burst(*burst);
  }
  // The peer does not do the bursts of one thread.
  full(pair.theirs.tracer(), kRepetitions * (kBurst + 1));
  pair.theirs.flush();
  Row beside_peer{.name = "span_full", .threads = 2};
  beside_peer.note = "wall time over all spans of both threads; exporters held during a burst";
  pair.judge(beside_peer, two, static_cast<std::uint64_t>(kRepetitions) * 3 * (kBurst + 1));

  Row beside_one = beside_peer;
  beside_one.peer = "ours, one thread";
  beside_one.their_samples = one;
  beside_one.theirs = median(one);
  constexpr double kLeast = 1.7;
  beside_one.want_ratio(kLeast);
  return {beside_peer, beside_one};
}

}  // namespace container_kit::telemetry::bench
