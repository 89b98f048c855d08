#include "tracing/rate_search.h"

#include <cmath>

#include "tracing/measure.h"

namespace container_kit::telemetry::bench {
namespace {

struct Trial {
  double rate;     // spans a second that were really made
  double arrived;  // spans a second that arrived, the flush included
  bool complete;
};

// Makes full spans, no more than `rate` a second, in groups that are small beside every queue.
Trial produce(const Producer& producer, double rate) {
  constexpr int kGroup = 64;
  constexpr double kSeconds = 0.5;
  const std::uint64_t received_before = producer.received();
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
  const std::int64_t end = read(Stopwatch::kWall);
  const std::uint64_t received = producer.received() - received_before;
  return {static_cast<double>(made) / (static_cast<double>(now - start) / 1e9),
          static_cast<double>(received) / (static_cast<double>(end - start) / 1e9), received == made};
}

}  // namespace

Rates highest_rate(const Producer& producer) {
  const Trial fastest = produce(producer, INFINITY);
  Rates rates{fastest.complete ? fastest.rate : 0, fastest.rate, fastest.arrived};
  if (fastest.complete) return rates;
  constexpr int kSteps = 7;
  constexpr double kSpread = 64;
  double too_high = fastest.rate;
  for (int step = 0; step < kSteps; ++step) {
    const double low = rates.complete > 0 ? rates.complete : fastest.rate / kSpread;
    const Trial trial = produce(producer, std::sqrt(low * too_high));
    if (trial.complete) {
      rates.complete = trial.rate;
    } else {
      too_high = trial.rate;
    }
  }
  return rates;
}

}  // namespace container_kit::telemetry::bench
