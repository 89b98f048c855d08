#include <chrono>
#include <cmath>
#include <functional>

#include "tracing/pair.h"
#include "tracing/rows.h"
#include "tracing/shape.h"
#include "tracing/workload.h"

namespace container_kit::telemetry::bench {
namespace {

constexpr int kBurst = 8192;
constexpr int kRepetitions = 21;

// One side, as the search for its highest rate sees it.
struct Producer {
  std::function<void(int)> work;
  std::function<void()> flush;
  std::function<std::uint64_t()> exported;
};

struct Trial {
  double rate;  // spans a second that were really made
  bool complete;
};

// Makes full spans for half a second, no more than `rate` a second, in groups that are small beside every
// queue.
Trial produce(const Producer& producer, double rate) {
  constexpr int kGroup = 64;
  constexpr double kSeconds = 0.5;
  const std::uint64_t exported_before = producer.exported();
  const std::int64_t start = read(Stopwatch::kWall);
  std::int64_t now = start;
  std::uint64_t made = 0;
  while (static_cast<double>(now - start) < kSeconds * 1e9) {
    producer.work(kGroup);
    made += kGroup;
    const double due = static_cast<double>(made) / rate * 1e9;
    do {
      now = read(Stopwatch::kWall);
    } while (static_cast<double>(now - start) < due);
  }
  producer.flush();
  return {static_cast<double>(made) / (static_cast<double>(now - start) / 1e9),
          producer.exported() - exported_before == made};
}

// Halves the interval, on a logarithmic scale, between a rate that lost spans and one that did not.
double highest_rate(const Producer& producer) {
  Trial fastest = produce(producer, INFINITY);
  if (fastest.complete) return fastest.rate;
  constexpr int kSteps = 7;
  constexpr double kSpread = 64;
  double too_high = fastest.rate;
  double sustained = 0;
  for (int step = 0; step < kSteps; ++step) {
    const double low = sustained > 0 ? sustained : fastest.rate / kSpread;
    const Trial trial = produce(producer, std::sqrt(low * too_high));
    if (trial.complete) {
      sustained = trial.rate;
    } else {
      too_high = trial.rate;
    }
  }
  return sustained;
}

template <typename Side>
Producer producer_of(Side& side) {
  return {[&side](int times) { full(side.tracer(), times); }, [&side] { side.flush(); },
          [&side] { return side.received().count(); }};
}

}  // namespace

Row delivered_row() {
  Pair pair(Exporting::kRequests);
  const auto burst_of = [](auto& side) {
    return Burst{[] {},
                 [&side] {
                   full(side.tracer(), kBurst);
                   side.flush();
                 },
                 [] {}};
  };
  const Samples samples = take_turns(Stopwatch::kProcessProcessor, kRepetitions, kBurst, burst_of(pair.ours),
                                     burst_of(pair.theirs));
  Row row{.name = "delivered"};
  row.note = "processor time of all threads from start_span to the bytes of the request";
  pair.judge(row, samples, static_cast<std::uint64_t>(kRepetitions * kBurstsEach) * kBurst);
  if (row.theirs > 0 && pair.theirs.received().count() != pair.ours.received().count()) {
    row.failure = "the peer dropped spans: its figure is not one a delivered span";
  }
  row.want_ratio(20);
  return row;
}

Row sustained_row() {
  constexpr std::size_t kPeerQueue = 1 << 14;
  Ours ours({Exporting::kRequests, true, true, Peer::resource_message()});
  Peer theirs({Exporting::kRequests, true, true, kPeerQueue});
  ours.received().want_sample();
  theirs.received().want_sample();
  Row row{.name = "sustained_rate", .unit = "spans/s", .more_is_better = true};
  row.note =
      "one producer and one exporter thread that serialises; highest rate without a drop in half a second";
  row.ours = highest_rate(producer_of(ours));
  row.theirs = highest_rate(producer_of(theirs));
  row.failure = row.ours == 0 ? "ours dropped spans at every rate tried"
                              : difference(ours.received().sample(), theirs.received().sample());
  return row;
}

}  // namespace container_kit::telemetry::bench
