#include "tracing/pair.h"

#include "tracing/shape.h"

namespace container_kit::telemetry::bench {

void Pair::judge(Row& row, const Samples& samples, std::uint64_t spans) {
  row.note += "; " + ours.note();
  row.our_samples = samples.ours;
  row.their_samples = samples.theirs;
  row.ours = median(samples.ours);
  row.theirs = median(samples.theirs);
  const std::uint64_t our_count = ours.received().count();
  const std::uint64_t their_count = theirs.received().count();
  if (ours.dropped() != 0 || our_count != spans) {
    row.failure = "ours exported " + std::to_string(our_count) + " of " + std::to_string(spans);
  } else if (spans != 0) {
    row.failure = difference(ours.received().sample(), theirs.received().sample());
  }
  if (their_count != spans) {
    row.note += "; the peer exported " + std::to_string(their_count) + " of " + std::to_string(spans);
  }
}

}  // namespace container_kit::telemetry::bench
