// OrphanFeed: turns what killed processes left in their flight buffers into requests, one at a time, and
// removes each process's file when all of it is settled.
//
// Thread safety: one thread at a time.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include <container_kit/telemetry/health.h>

#include "base/log.h"
#include "delivery/flight_orphans.h"

namespace container_kit::telemetry::delivery {

class OrphanFeed {
 public:
  struct Request {
    std::string request;
    std::size_t span_count;
  };

  OrphanFeed(std::vector<FlightOrphan> orphans, std::size_t max_batch);

  // The next request, or nothing where all have been taken.
  std::optional<Request> next();
  // The request that next() gave last has this sequence number.
  void sent_as(std::uint64_t sequence);
  // Parcels up to this one are settled. Adds to `recovered` what that finishes.
  void settle(std::uint64_t sequence, base::Log& log, RecoveryHealth& recovered);
  bool empty() const noexcept { return orphans_.empty(); }
  // For a shutdown that came first: says which files stay.
  void report_left(base::Log& log) const;

 private:
  struct Fed {
    FlightOrphan orphan;
    std::size_t next = 0;        // of the finished spans, then of the incomplete ones
    std::uint64_t sequence = 0;  // of its last request
    std::size_t size() const noexcept {
      return orphan.flight.finished.size() + orphan.flight.incomplete.size();
    }
  };

  std::deque<Fed> orphans_;
  std::size_t feeding_ = 0;
  std::size_t max_batch_;
};

}  // namespace container_kit::telemetry::delivery
