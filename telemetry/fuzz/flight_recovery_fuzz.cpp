// Recovery reads any bytes without harm, and what it gives are spans.

#include <cstdlib>
#include <cstring>
#include <vector>

#include "trace/flight_recovery.h"

namespace trace = container_kit::telemetry::trace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint64_t> aligned(size / 8 + 1);
  std::memcpy(aligned.data(), data, size);
  const auto flight = trace::recover_flight({reinterpret_cast<const std::uint8_t*>(aligned.data()), size});
  if (!flight) return 0;
  for (const auto& span : flight->finished) {
    if (span.bytes.size() < trace::kPrefixSize) std::abort();
  }
  return 0;
}
