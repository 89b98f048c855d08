// A program that measures what it is told to, so that the monitoring stack has pipelines, sessions and slow
// tools to see. Serves /metrics as the environment says (OTEL_EXPORTER_PROMETHEUS_PORT,
// CONTAINER_KIT_METRICS_TOKEN), prints its port, and reads commands, a line each, answering "done" to every
// one:
//
//   tool NAME SECONDS FAILED COUNT          http METHOD ROUTE STATUS SECONDS COUNT
//   pipeline NAME SECONDS FAILED            open TYPE FAILED
//   stage NAME STAGE SECONDS FAILED         close TYPE SECONDS
//   tasks COUNT                             so many tasks are alive from now on
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <container_kit/telemetry.h>
#include <container_kit/telemetry/metrics_server.h>
#include <container_kit/telemetry/process_metrics.h>

namespace telemetry = container_kit::telemetry;

namespace {

using telemetry::Seconds;
using Command = std::function<void(std::istream&)>;

template <typename T>
T next(std::istream& words) {
  T value{};
  words >> value;
  return value;
}

void register_all(telemetry::Metrics& metrics) {
  for (const char* type : {"interactive", "workflow", "batch", "api"}) metrics.register_session_type(type);
  metrics.register_pipeline("container-build", {"analyze", "generate", "lint", "build", "scan", "deploy"});
  for (const char* tool : {"analyze", "build_image"}) metrics.register_tool(tool);
  metrics.register_http_route("POST", "/api/tools/execute");
}

std::map<std::string, Command> commands(telemetry::Metrics& metrics,
                                        std::vector<telemetry::TaskCount>& tasks) {
  const auto tool = [&](std::istream& in) {
    const auto name = next<std::string>(in);
    const Seconds duration(next<double>(in));
    const bool failed = next<int>(in) != 0;
    for (int left = next<int>(in); left > 0; --left) metrics.record_tool_execution(name, duration, failed);
  };
  const auto http = [&](std::istream& in) {
    const auto method = next<std::string>(in);
    const auto route = next<std::string>(in);
    const int status = next<int>(in);
    const Seconds duration(next<double>(in));
    for (int left = next<int>(in); left > 0; --left) {
      metrics.record_http_start(method, route);
      metrics.record_http_end(method, route, status, duration);
    }
  };
  const auto pipeline = [&](std::istream& in) {
    const auto name = next<std::string>(in);
    const Seconds duration(next<double>(in));
    metrics.record_pipeline_execution(name, duration, next<int>(in) != 0);
  };
  const auto stage = [&](std::istream& in) {
    const auto name = next<std::string>(in);
    const auto part = next<std::string>(in);
    const Seconds duration(next<double>(in));
    metrics.record_pipeline_stage(name, part, duration, next<int>(in) != 0);
  };
  const auto open = [&](std::istream& in) {
    const auto type = next<std::string>(in);
    metrics.record_session_creation(type, next<int>(in) != 0);
  };
  const auto close = [&](std::istream& in) {
    const auto type = next<std::string>(in);
    metrics.record_session_completion(type, Seconds(next<double>(in)));
  };
  const auto hold = [&](std::istream& in) { tasks.resize(next<std::size_t>(in)); };
  return {{"tool", tool}, {"http", http},   {"pipeline", pipeline}, {"stage", stage},
          {"open", open}, {"close", close}, {"tasks", hold}};
}

}  // namespace

int main() {
  telemetry::Manager tm{telemetry::Config::from_env()};
  if (auto ready = tm.initialize(); !ready) {
    std::cerr << ready.error().message << '\n';
    return 1;
  }
  register_all(tm.metrics());
  const auto server = telemetry::MetricsServer::start(
      telemetry::MetricsServerOptions::from_env(),
      [&tm](std::string_view accept, std::string_view encoding) { return tm.scrape(accept, encoding); });
  if (!server) {
    std::cerr << server.error().message << '\n';
    return 1;
  }
  std::cout << (*server)->port() << std::endl;

  std::vector<telemetry::TaskCount> tasks;
  const auto known = commands(tm.metrics(), tasks);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    const auto command = known.find(next<std::string>(words));
    if (command == known.end()) {
      std::cerr << "no such command: " << line << '\n';
      return 1;
    }
    command->second(words);
    std::cout << "done" << std::endl;
  }
}
