#include "tracing/pair.h"
#include "tracing/rate_search.h"
#include "tracing/rows.h"
#include "tracing/shape.h"
#include "tracing/workload.h"

namespace container_kit::telemetry::bench {
namespace {

constexpr int kBurst = 8192;
constexpr int kRepetitions = 21;

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
  row.ours = highest_rate(producer_of(ours)).complete;
  row.theirs = highest_rate(producer_of(theirs)).complete;
  row.failure = row.ours == 0 ? "ours dropped spans at every rate tried"
                              : difference(ours.received().sample(), theirs.received().sample());
  return row;
}

}  // namespace container_kit::telemetry::bench
