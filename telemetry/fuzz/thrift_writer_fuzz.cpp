// Any sequence of calls to the Thrift writer gives a struct that another reader reads back as it was meant.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "support/thrift_driver.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string problem =
      container_kit::telemetry::test::drive_thrift_writer({reinterpret_cast<const char*>(data), size});
  if (!problem.empty()) {
    std::fprintf(stderr, "%s\n", problem.c_str());
    std::abort();
  }
  return 0;
}
