// Metrics: the metrics that Container Kit's dashboards and alerts stand on, under the names of its guide.
//
//   tool_execution_total, tool_errors_total, tool_execution_duration_seconds              {tool_name}
//   pipeline_execution_total, pipeline_errors_total, pipeline_execution_duration_seconds  {pipeline_name}
//   pipeline_stage_execution_total, pipeline_stage_errors_total, pipeline_stage_duration_seconds
//                                                                                {pipeline_name,
//                                                                                pipeline_stage}
//   http_requests_total, http_request_duration_seconds              {http_method, http_route,
//   http_status_code} http_requests_in_flight {http_method, http_route} session_total,
//   session_completed_total, session_errors_total, session_duration_seconds        {session_type}
//
// Counters that are divided by one another are recorded together, failed or not, so both sides of a division
// always carry the same label sets. The register_* functions make series exist, at 0, before anything
// happens, so that rates are right from the first scrape on.
//
// Thread safety: every member may be called from any thread.
// Ownership: keeps the metrics of its provider alive.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/batch.h>
#include <container_kit/telemetry/meter_provider.h>

namespace container_kit::telemetry {

using Seconds = std::chrono::duration<double>;

// Upper bounds from 25 µs to an hour, nine of them below 1 ms: a call may be a ping, or build an image.
std::vector<double> duration_boundaries();

// For sessions, which last longer: from 10 ms to a week, eight of them between a minute and a day.
std::vector<double> session_duration_boundaries();

class Metrics {
 public:
  // Does nothing.
  Metrics() noexcept = default;
  explicit Metrics(MeterProvider& provider) noexcept;

  // A tool's metrics looked up once: executions, errors, duration. Its series are there from now on, and
  // never expire.
  using BoundTool =
      BoundBatch<BoundCounter<std::int64_t>, BoundCounter<std::int64_t>, BoundHistogram<double>>;
  BoundTool bind_tool(std::string_view tool) noexcept { return tool_.bind({{"tool.name", tool}}); }

  void register_tool(std::string_view tool) noexcept;
  void record_tool_execution(std::string_view tool, Seconds duration, bool failed) noexcept;

  void register_http_route(std::string_view method, std::string_view route) noexcept;
  void record_http_start(std::string_view method, std::string_view route) noexcept;
  void record_http_end(std::string_view method, std::string_view route, int status_code,
                       Seconds duration) noexcept;

  void register_pipeline(std::string_view pipeline,
                         const std::vector<std::string_view>& stages = {}) noexcept;
  void record_pipeline_execution(std::string_view pipeline, Seconds duration, bool failed) noexcept;
  void record_pipeline_stage(std::string_view pipeline, std::string_view stage, Seconds duration,
                             bool failed = false) noexcept;

  void register_session_type(std::string_view type) noexcept;
  // session_total - session_completed_total is how many sessions are open: each creation is to be followed by
  // one completion, but for one that failed to open, which is over at once: it counts as created, completed
  // and as an error. So does the type "failed", for those who do not know what the session would have been.
  void record_session_creation(std::string_view type, bool failed = false) noexcept;
  void record_session_completion(std::string_view type) noexcept;
  void record_session_completion(std::string_view type, Seconds duration) noexcept;
  // A session that has opened went wrong; it stays open until its completion.
  void record_session_error(std::string_view type) noexcept;
  void record_session_duration(std::string_view type, Seconds duration) noexcept;

  // For metrics of one's own beside these.
  Meter& meter() noexcept { return meter_; }

 private:
  using Count = Counter<std::int64_t>;
  using Duration = Histogram<double>;

  Meter meter_;
  Batch<Count, Count, Duration> tool_;
  Batch<Count, Duration> http_;
  UpDownCounter<std::int64_t> http_in_flight_;
  Batch<Count, Count, Duration> pipeline_;
  Batch<Count, Count, Duration> stage_;
  Batch<Count, Count, Count> session_;  // opened, completed, failed
  Duration session_duration_;
};

}  // namespace container_kit::telemetry
