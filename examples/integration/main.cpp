// Everything together, in the way a server would have it: a request opens a session, runs a pipeline of
// tools, measures what it does, and fails in one place.

#include <chrono>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry.h>

namespace telemetry = container_kit::telemetry;

namespace {

class Service {
 public:
  explicit Service(telemetry::Manager& tm)
      : tm_(tm),
        images_(tm.metrics().meter().counter<std::int64_t>("images_built_total",
                                                           {.description = "Images built."})) {
    // What can be known beforehand is there, at 0, from the first scrape on.
    tm_.metrics().register_tool("analyze");
    tm_.metrics().register_http_route("POST", "/api/build");
    tm_.metrics().register_session_type("api");
    tm_.metrics().register_pipeline("container-build", {"analyze", "build", "scan"});
  }

  // Answers with the HTTP status code.
  int handle_build(const telemetry::HeaderList& headers, std::string_view repository) {
    const telemetry::Context parent = tm_.propagator().extract(headers);
    return tm_.instrument_http_request(parent, "POST", "/api/build", [&] {
      tm_.add_contextual_attributes({{"user.id", headers.get("x-user-id")}});
      const auto built = tm_.instrument_session("api", "session-1", [&] { return build(repository); });
      return built ? 200 : 422;
    });
  }

 private:
  telemetry::Expected<std::string> build(std::string_view repository) {
    return tm_.instrument_pipeline("container-build", [&]() -> telemetry::Expected<std::string> {
      const auto language = stage("analyze", 0, [&] {
        return tm_.instrument_tool_execution("analyze", [&] { return analyze(repository); });
      });
      if (!language) return language.error();
      auto image = stage("build", 1, [&] { return build_image(*language); });
      if (image) images_.add(1, {{"image.language", *language}});
      return image;
    });
  }

  template <typename F>
  telemetry::Expected<std::string> stage(std::string_view name, int index, F&& work) {
    return tm_.instrument_pipeline_stage("container-build", {name, index, 2}, std::forward<F>(work));
  }

  telemetry::Expected<std::string> analyze(std::string_view repository) {
    tm_.record_event("tool.validation.started");
    if (repository.find('.') == std::string_view::npos) {
      tm_.record_event("tool.validation.failed", {{"error.type", "validation"}});
      return telemetry::Error{telemetry::ErrorCode::kInvalidArgument,
                              "no sources in " + std::string(repository)};
    }
    tm_.record_event("tool.processing.completed", {{"result.items", 1}});
    return std::string("cpp");
  }

  telemetry::Expected<std::string> build_image(std::string_view language) {
    tm_.add_contextual_attributes({{"image.language", language}});
    return "demo:" + std::string(language);
  }

  telemetry::Manager& tm_;
  telemetry::Counter<std::int64_t> images_;
};

// The lines of /metrics that begin with one of these.
void show(telemetry::Manager& tm, const std::vector<std::string_view>& prefixes) {
  const std::string metrics = tm.scrape().body;
  for (std::size_t at = 0; at < metrics.size();) {
    const std::size_t end = metrics.find('\n', at);
    const std::string line = metrics.substr(at, end - at);
    for (const std::string_view prefix : prefixes) {
      if (line.starts_with(prefix)) std::cout << line << '\n';
    }
    at = end + 1;
  }
}

}  // namespace

int main() {
  telemetry::Config config = telemetry::Config::from_env();
  config.service_name = "integration-example";
  telemetry::Manager tm{config};
  if (auto ready = tm.initialize(); !ready) {
    std::cerr << ready.error().message << '\n';
    return 1;
  }
  Service service(tm);
  const telemetry::HeaderList headers{
      {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}, {"x-user-id", "user123"}};
  std::cout << "status: " << service.handle_build(headers, "main.cpp") << '\n';
  std::cout << "status: " << service.handle_build({{"x-user-id", "user456"}}, "empty-folder") << '\n';

  show(tm, {"http_requests_total", "images_built_total", "pipeline_errors_total", "pipeline_execution_total",
            "session_completed_total", "session_total", "tool_errors_total", "tool_execution_total"});
  const telemetry::Health health = tm.health();
  std::cout << "spans ended: " << health.spans_ended << ", dropped: " << health.spans_dropped << '\n';
}
