// A span_source's folders and environment, for one test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/memory_folder.h"
#include "support/source_process.h"
#include "support/temporary_folder.h"

namespace container_kit::tests {

class Folders {
 public:
  // Traces go by OTLP to the URL, with the defaults but for what `more` says.
  SourceProcess::Environment environment(const std::string& url, SourceProcess::Environment more = {}) const {
    more.insert({{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", url},
                 {"CONTAINER_KIT_SERVICE_NAME", "faults"},
                 {"CONTAINER_KIT_METRICS_ENABLED", "false"},
                 {"CONTAINER_KIT_FLIGHT_DIR", flight_.path()},
                 {"CONTAINER_KIT_SPOOL_DIR", spool_.path()}});
    return more;
  }

 private:
  telemetry::test::MemoryFolder flight_;
  telemetry::test::TemporaryFolder spool_;
};

}  // namespace container_kit::tests
