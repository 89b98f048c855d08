// Any bytes as a resource, a scope and spans give JSON and Thrift that can be read, and every span is
// accounted for.
#include <cstdio>
#include <cstdlib>

#include "support/encoders_driver.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string problem =
      container_kit::telemetry::test::drive_encoders({reinterpret_cast<const char*>(data), size});
  if (!problem.empty()) {
    std::fprintf(stderr, "%s\n", problem.c_str());
    std::abort();
  }
  return 0;
}
