#include <chrono>
#include <exception>
#include <memory>
#include <optional>

#include <container_kit/telemetry/process_metrics.h>

#include "metrics/process_stat.h"

namespace container_kit::telemetry {
namespace {

// Seconds since the process started, on the clock that its start is given in.
double process_age(double start_time) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  return now.count() - start_time;
}

struct Gauges {
  Observable<std::int64_t> memory;
  Observable<double> cpu;
  Observable<std::int64_t> threads;
  Observable<std::int64_t> files;
  Observable<std::int64_t> tasks;
  Observable<double> start;
};

Gauges make_gauges(Meter& meter) {
  return {
      meter.observable_gauge<std::int64_t>("system_memory_usage_bytes",
                                           {.description = "Resident memory of the process.", .unit = "By"}),
      meter.observable_gauge<double>(
          "system_cpu_usage_percent",
          {.description = "Processor time of the process since the last collection; 100 is one processor.",
           .unit = "%"}),
      meter.observable_gauge<std::int64_t>("system_threads_count",
                                           {.description = "Threads of the process."}),
      meter.observable_gauge<std::int64_t>("system_open_fds",
                                           {.description = "Open file descriptors of the process."}),
      meter.observable_gauge<std::int64_t>(
          "system_goroutines_count",
          {.description = "Coroutines and tasks alive in the process: connections that are served, "
                          "and calls that run or wait for a thread."}),
      meter.observable_gauge<double>(
          "process_start_time_seconds",
          {.description = "When the process started, in seconds since 1970.", .unit = "s"}),
  };
}

void observe(const Gauges& gauges, Observations& out, metrics::CpuUsage& usage, std::optional<double> start) {
  out.observe(gauges.tasks, TaskCount::alive());
  if (const auto files = metrics::count_open_files()) out.observe(gauges.files, *files);
  if (start) out.observe(gauges.start, *start);
  const auto stat = metrics::read_stat();
  if (!stat) return;
  out.observe(gauges.memory, stat->resident_bytes);
  out.observe(gauges.threads, stat->threads);
  if (!start) return;
  if (const auto percent = usage.update(stat->cpu_ticks, process_age(*start)))
    out.observe(gauges.cpu, *percent);
}

}  // namespace

void observe_process(Meter& meter) noexcept {
  try {
    // The first reading is of the whole life of the process so far.
    meter.observe("the process", [gauges = make_gauges(meter), usage = std::make_shared<metrics::CpuUsage>(),
                                  start = metrics::read_start_time()](Observations& out) {
      observe(gauges, out, *usage, start);
    });
  } catch (const std::exception&) {
    // Out of memory: the gauges are missing.
  }
}

}  // namespace container_kit::telemetry
