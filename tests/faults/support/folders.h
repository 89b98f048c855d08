// A span_source's folders and environment, for one test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/memory_folder.h"
#include "support/source_process.h"

namespace container_kit::tests {

class Folders {
 public:
  Folders() {
    std::string path = (std::filesystem::temp_directory_path() / "container-kit-faults-XXXXXX").string();
    spool_ = mkdtemp(path.data());
  }
  ~Folders() {
    std::error_code ignored;
    std::filesystem::remove_all(spool_, ignored);
  }
  Folders(const Folders&) = delete;
  Folders& operator=(const Folders&) = delete;

  // Traces go by OTLP to the URL, with the defaults but for what `more` says.
  SourceProcess::Environment environment(const std::string& url, SourceProcess::Environment more = {}) const {
    more.insert({{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", url},
                 {"CONTAINER_KIT_SERVICE_NAME", "faults"},
                 {"CONTAINER_KIT_METRICS_ENABLED", "false"},
                 {"CONTAINER_KIT_FLIGHT_DIR", flight_.path()},
                 {"CONTAINER_KIT_SPOOL_DIR", spool_}});
    return more;
  }

 private:
  telemetry::test::MemoryFolder flight_;
  std::string spool_;
};

}  // namespace container_kit::tests
