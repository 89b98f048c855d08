// ConsoleMetrics: every metric of a provider as a table on the console, at an interval and at the end.
//
// Thread safety: every member function from any thread, but for the destructor.
#pragma once

#include <memory>

#include "delivery/console_writer.h"
#include "delivery/periodic_reader.h"
#include "metrics/reader.h"
#include "protocol/metrics_table.h"

namespace container_kit::telemetry::delivery {

class ConsoleMetrics {
 public:
  // `descriptor` is not owned. The table is coloured on a terminal.
  ConsoleMetrics(std::shared_ptr<metrics::Core> core, std::chrono::milliseconds interval, int descriptor);
  ~ConsoleMetrics() { writer_.cancel(); }
  ConsoleMetrics(const ConsoleMetrics&) = delete;
  ConsoleMetrics& operator=(const ConsoleMetrics&) = delete;

  std::uint64_t begin_flush() { return reader_.request(); }
  bool finish_flush(std::uint64_t flush, base::Deadline deadline) { return reader_.wait(flush, deadline); }
  void begin_shutdown() { reader_.begin_stop(); }
  bool finish_shutdown(base::Deadline deadline);

 private:
  void show();

  const std::shared_ptr<metrics::Core> core_;
  const std::chrono::milliseconds interval_;
  metrics::Reader metrics_;
  protocol::MetricsTable table_;
  ConsoleWriter writer_;
  PeriodicReader reader_;  // last: its thread uses the rest
};

}  // namespace container_kit::telemetry::delivery
