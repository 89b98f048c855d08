// The highest rate of full spans that one producer sustains without a drop.
#pragma once

#include <cstdint>
#include <functional>

namespace container_kit::telemetry::bench {

// One side, as the search sees it.
struct Producer {
  std::function<void(int)> work;            // makes so many spans
  std::function<void()> flush;              // returns when no more will arrive
  std::function<std::uint64_t()> received;  // spans that have arrived since the beginning
};

// In spans a second.
struct Rates {
  double complete = 0;  // the highest at which all arrived; 0: spans were lost at every rate tried
  double offered = 0;   // at full speed: what was made
  double arrived = 0;   // and what arrived of it, over the time until it had
};

// Makes spans for half a second a trial, first at full speed, then at rates between one that lost spans and
// one that did not.
Rates highest_rate(const Producer& producer);

}  // namespace container_kit::telemetry::bench
