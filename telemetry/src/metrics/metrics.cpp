#include <container_kit/telemetry/metrics.h>
#include <container_kit/telemetry/version.h>

namespace container_kit::telemetry {
namespace {

// In the place of a type where a session could not be opened.
constexpr std::string_view kFailedSession = "failed";

}  // namespace

std::vector<double> duration_boundaries() {
  return {0.000025, 0.00005, 0.0001, 0.00015, 0.0002, 0.0003, 0.0004, 0.0005, 0.00075,
          0.001,    0.0025,  0.005,  0.01,    0.025,  0.05,   0.1,    0.25,   0.5,
          1,        2.5,     5,      10,      30,     60,     300,    900,    3600};
}

std::vector<double> session_duration_boundaries() {
  constexpr double kMinute = 60;
  constexpr double kHour = 60 * kMinute;
  constexpr double kDay = 24 * kHour;
  return {0.01,  0.1,       1,         10,        kMinute,    5 * kMinute, 15 * kMinute, 30 * kMinute,
          kHour, 2 * kHour, 4 * kHour, 8 * kHour, 12 * kHour, kDay,        2 * kDay,     7 * kDay};
}

Metrics::Metrics(MeterProvider& provider) noexcept
    : meter_(provider.meter("container_kit", {.version = version()})) {
  const auto count = [&](std::string_view name, std::string_view description) {
    return meter_.counter<std::int64_t>(name, {.description = description});
  };
  const auto duration = [&](std::string_view name, std::string_view description) {
    return meter_.histogram<double>(
        name, {.description = description, .unit = "s", .boundaries = duration_boundaries()});
  };
  tool_ = Batch(count("tool_execution_total", "Tool calls that ended, failed or not."),
                count("tool_errors_total", "Tool calls that ended with an error."),
                duration("tool_execution_duration_seconds", "How long tool calls took."));
  http_ = Batch(count("http_requests_total", "HTTP requests answered."),
                duration("http_request_duration_seconds", "How long HTTP requests took to answer."));
  http_in_flight_ = meter_.up_down_counter<std::int64_t>(
      "http_requests_in_flight", {.description = "HTTP requests that are being answered now."});
  pipeline_ = Batch(count("pipeline_execution_total", "Pipeline runs that ended, failed or not."),
                    count("pipeline_errors_total", "Pipeline runs that ended with an error."),
                    duration("pipeline_execution_duration_seconds", "How long pipeline runs took."));
  stage_ = Batch(count("pipeline_stage_execution_total", "Pipeline stages that ended, failed or not."),
                 count("pipeline_stage_errors_total", "Pipeline stages that ended with an error."),
                 duration("pipeline_stage_duration_seconds", "How long pipeline stages took."));
  session_ = Batch(count("session_total", "Sessions opened, those that failed to open among them."),
                   count("session_completed_total", "Sessions that are over."),
                   count("session_errors_total", "Sessions that failed, to open or later."));
  session_duration_ =
      meter_.histogram<double>("session_duration_seconds", {.description = "How long sessions were open.",
                                                            .unit = "s",
                                                            .boundaries = session_duration_boundaries()});
}

void Metrics::register_tool(std::string_view tool) noexcept {
  tool_.bind({{"tool.name", tool}});
}

void Metrics::record_tool_execution(std::string_view tool, Seconds duration, bool failed) noexcept {
  tool_.record({{"tool.name", tool}}, 1, failed ? 1 : 0, duration.count());
}

void Metrics::register_http_route(std::string_view method, std::string_view route) noexcept {
  constexpr std::int64_t kOk = 200;
  http_.bind({{"http.method", method}, {"http.route", route}, {"http.status_code", kOk}});
  http_in_flight_.bind({{"http.method", method}, {"http.route", route}});
}

void Metrics::record_http_start(std::string_view method, std::string_view route) noexcept {
  http_in_flight_.add(1, {{"http.method", method}, {"http.route", route}});
}

void Metrics::record_http_end(std::string_view method, std::string_view route, int status_code,
                              Seconds duration) noexcept {
  http_in_flight_.add(-1, {{"http.method", method}, {"http.route", route}});
  http_.record({{"http.method", method}, {"http.route", route}, {"http.status_code", status_code}}, 1,
               duration.count());
}

void Metrics::register_pipeline(std::string_view pipeline,
                                const std::vector<std::string_view>& stages) noexcept {
  pipeline_.bind({{"pipeline.name", pipeline}});
  for (const std::string_view stage : stages) {
    stage_.bind({{"pipeline.name", pipeline}, {"pipeline.stage", stage}});
  }
}

void Metrics::record_pipeline_execution(std::string_view pipeline, Seconds duration, bool failed) noexcept {
  pipeline_.record({{"pipeline.name", pipeline}}, 1, failed ? 1 : 0, duration.count());
}

void Metrics::record_pipeline_stage(std::string_view pipeline, std::string_view stage, Seconds duration,
                                    bool failed) noexcept {
  stage_.record({{"pipeline.name", pipeline}, {"pipeline.stage", stage}}, 1, failed ? 1 : 0,
                duration.count());
}

void Metrics::register_session_type(std::string_view type) noexcept {
  session_.bind({{"session.type", type}});
  session_duration_.bind({{"session.type", type}});
}

void Metrics::record_session_creation(std::string_view type, bool failed) noexcept {
  const std::int64_t over = failed || type == kFailedSession ? 1 : 0;
  session_.record({{"session.type", type}}, 1, over, over);
}

void Metrics::record_session_completion(std::string_view type) noexcept {
  session_.record({{"session.type", type}}, 0, 1, 0);
}

void Metrics::record_session_completion(std::string_view type, Seconds duration) noexcept {
  record_session_completion(type);
  record_session_duration(type, duration);
}

void Metrics::record_session_error(std::string_view type) noexcept {
  session_.record({{"session.type", type}}, 0, 0, 1);
}

void Metrics::record_session_duration(std::string_view type, Seconds duration) noexcept {
  session_duration_.record(duration.count(), {{"session.type", type}});
}

}  // namespace container_kit::telemetry
