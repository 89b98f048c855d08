#include "delivery/flight_orphans.h"

#include <sys/mman.h>

namespace container_kit::telemetry::delivery {

std::vector<FlightOrphan> find_flight_orphans(const std::string& dir, const std::string& service,
                                              base::Log& log) {
  std::vector<FlightOrphan> orphans;
  for (auto& file : trace::FlightFile::adopt_orphans(dir, service)) {
    std::uint8_t* const memory = file->map(false);
    if (memory == nullptr) continue;
    auto flight = trace::recover_flight({memory, file->size()});
    munmap(memory, file->size());
    if (!flight && flight.error().code == ErrorCode::kUnavailable) continue;  // for the version that wrote it
    if (!flight) {
      log.warn(file->path() + ": " + flight.error().message + "; removed");
      file->remove();
      continue;
    }
    if (flight->metadata.service != service)
      continue;  // another service, whose name looks the same in a file's name
    orphans.push_back({std::move(file), std::move(*flight)});
  }
  return orphans;
}

}  // namespace container_kit::telemetry::delivery
