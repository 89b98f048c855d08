// Any sequence of calls to the span API gives spans that the official schema accepts, within their limits,
// none lost.

#include <cstdio>
#include <cstdlib>

#include "support/span_api_driver.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string problem = container_kit::telemetry::test::drive_span_api({data, size});
  if (!problem.empty()) {
    std::fprintf(stderr, "%s\n", problem.c_str());
    std::abort();
  }
  return 0;
}
