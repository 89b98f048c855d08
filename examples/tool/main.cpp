// A tool that fails now and then: its span, events and metrics.

#include <iostream>
#include <string>
#include <vector>

#include <container_kit/telemetry.h>

namespace telemetry = container_kit::telemetry;

namespace {

using Lines = std::vector<std::string>;

telemetry::Expected<Lines> process_input(const std::string& input) {
  if (input.empty()) {
    return telemetry::Error{telemetry::ErrorCode::kInvalidArgument, "the input is empty: give it some lines"};
  }
  Lines lines;
  for (std::size_t at = 0; at < input.size();) {
    const std::size_t end = std::min(input.find('\n', at), input.size());
    lines.push_back(input.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// [tool]
telemetry::Expected<Lines> execute(telemetry::Manager& tm, const std::string& input) {
  return tm.instrument_tool_execution("my-tool", [&]() -> telemetry::Expected<Lines> {
    // Tool-specific attributes.
    tm.add_contextual_attributes({{"tool.version", "1.0.0"}, {"input.size", input.size()}});

    // Significant events.
    tm.record_event("tool.validation.started");

    // The tool's own work.
    auto result = process_input(input);
    if (!result) {
      tm.record_event("tool.validation.failed", {{"error.type", "validation"}});
      return result.error();
    }

    tm.record_event("tool.processing.completed", {{"result.items", result->size()}});
    return result;
  });
}
// [/tool]

}  // namespace

int main() {
  telemetry::Manager tm{telemetry::Config::from_env()};
  if (auto ready = tm.initialize(); !ready) {
    std::cerr << ready.error().message << '\n';
    return 1;
  }
  std::cout << "lines: " << execute(tm, "a\nb\nc")->size() << '\n';
  std::cout << "error: " << execute(tm, "").error().message << '\n';

  // What a scrape of /metrics would say of the tool.
  const std::string metrics = tm.scrape().body;
  for (std::size_t at = 0; at < metrics.size();) {
    const std::size_t end = metrics.find('\n', at);
    const std::string line = metrics.substr(at, end - at);
    if (line.starts_with("tool_") && line.find("_total{") != std::string::npos) std::cout << line << '\n';
    at = end + 1;
  }
}
