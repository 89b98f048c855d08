// Running: what a Manager has started by one initialize(), until its shutdown().
//
// Kept until the Manager is destroyed, so that calls on other threads that still use it are safe.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <container_kit/telemetry/manager.h>

#include "base/log.h"
#include "config/resource.h"
#include "delivery/export_thread.h"
#include "manager/decision_log.h"
#include "manager/metrics_outputs.h"
#include "manager/self_metrics.h"
#include "manager/tool_table.h"
#include "privacy/filter.h"
#include "trace/engine.h"

namespace container_kit::telemetry {

class Running {
 public:
  static Expected<std::unique_ptr<Running>> start(const Config& config);

  trace::Engine* engine() const noexcept { return engine_; }  // null: tracing is off
  base::Log& log() noexcept { return log_; }
  const privacy::Filter* privacy() const noexcept { return privacy_.get(); }  // null: there is nothing to do
  Metrics& metrics() noexcept { return metrics_; }  // does nothing where metrics are off
  ToolTable& tools() noexcept { return tools_; }
  MeterProvider* meters() noexcept { return meters_.get(); }  // null: metrics are off
  ScrapeAnswer scrape(std::string_view accept, std::string_view accept_encoding);

  Expected<void> flush(base::Deadline deadline);
  Expected<void> stop(base::Deadline deadline);
  void fill(Health& health) const;
  const std::vector<InterruptedSpan>& interrupted() const noexcept { return interrupted_; }

 private:
  explicit Running(const Config& config);
  Expected<void> start_tracing(const Config& config);
  void start_metrics(const Config& config);
  void push_metrics(const Config& config);
  void fill_tracing(Health& health) const;
  void fill_queue(Health& health) const;

  base::Log log_;
  std::shared_ptr<const privacy::Filter> privacy_;  // null: there is nothing to filter by
  config::Resource resource_;
  trace::Engine* engine_ = nullptr;
  std::shared_ptr<DecisionLog> decisions_;  // null: not at debug
  std::unique_ptr<delivery::ExportThread> export_thread_;
  std::vector<ExporterComponent> components_;  // of the exporters, in Health's order
  std::atomic<bool> stopped_{false};
  std::vector<InterruptedSpan> interrupted_;

  std::unique_ptr<MeterProvider> meters_;
  std::unique_ptr<PrometheusScraper> scraper_;
  Metrics metrics_;
  std::optional<SelfMetrics> self_metrics_;
  ToolTable tools_{metrics_};
  std::unique_ptr<MetricsOutputs> outputs_;  // null: metrics are off
};

}  // namespace container_kit::telemetry
