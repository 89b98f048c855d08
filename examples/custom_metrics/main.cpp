// Instruments of one's own beside those of the library.

#include <chrono>
#include <iostream>
#include <string>
#include <string_view>

#include <container_kit/telemetry.h>

namespace telemetry = container_kit::telemetry;

namespace {

// [record]
void record_custom_metric(telemetry::Histogram<double>& duration, std::string_view operation_type,
                          std::chrono::duration<double> took) {
  duration.record(took.count(), {{"operation.type", operation_type}});
}
// [/record]

}  // namespace

int main() {
  telemetry::Manager tm{telemetry::Config::from_env()};
  if (auto ready = tm.initialize(); !ready) {
    std::cerr << ready.error().message << '\n';
    return 1;
  }
  // [create]
  // A histogram of our own.
  auto duration = tm.metrics().meter().histogram<double>("custom_operation_duration",
                                                         {.description = "Duration of custom operation",
                                                          .unit = "s",
                                                          .boundaries = std::vector{0.1, 1.0, 10.0}});
  // [/create]
  record_custom_metric(duration, "import", std::chrono::milliseconds(250));
  record_custom_metric(duration, "import", std::chrono::seconds(2));

  // [bound]
  // Where the attributes are known: looked up once, then recording is a few nanoseconds.
  auto imports = duration.bind({{"operation.type", "import"}});
  imports.record(0.05);
  // [/bound]

  const std::string metrics = tm.scrape().body;
  for (std::size_t at = metrics.find("# HELP custom_"); at < metrics.size();) {
    const std::size_t end = metrics.find('\n', at);
    const std::string line = metrics.substr(at, end - at);
    if (line.find("custom_operation") == std::string::npos) break;
    std::cout << line << '\n';
    at = end + 1;
  }
}
