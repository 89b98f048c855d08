// The flight buffers that killed processes of this service left behind, read and ready to be exported.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "trace/flight_file.h"
#include "trace/flight_recovery.h"

namespace container_kit::telemetry::delivery {

struct FlightOrphan {
  std::unique_ptr<trace::FlightFile> file;  // ours until it is removed or let go of
  trace::RecoveredFlight flight;
};

// Adopts and reads every orphan of exactly this service in `dir`. A file that makes no sense is removed, with
// a warning.
std::vector<FlightOrphan> find_flight_orphans(const std::string& dir, const std::string& service,
                                              base::Log& log);

}  // namespace container_kit::telemetry::delivery
