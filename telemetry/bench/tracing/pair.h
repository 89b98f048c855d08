// Both sides of a row, set up alike, and the check at its end that nothing was dropped and both said the
// same.
#pragma once

#include <string>

#include "report.h"
#include "tracing/measure.h"
#include "tracing/ours.h"
#include "tracing/peer.h"

namespace container_kit::telemetry::bench {

struct Pair {
  explicit Pair(Exporting exporting, bool sampled = true, bool enabled = true)
      : ours({exporting, sampled, enabled, Peer::resource_message()}), theirs({exporting, sampled, enabled}) {
    ours.received().want_sample();
    theirs.received().want_sample();
  }

  Ours ours;
  Peer theirs;

  // Puts the medians into the row and notes what makes it void. Each side has ended `spans` spans in all.
  void judge(Row& row, const Samples& samples, std::uint64_t spans);
};

}  // namespace container_kit::telemetry::bench
