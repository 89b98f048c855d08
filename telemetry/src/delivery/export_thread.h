// ExportThread: drains the flight buffer in batches and hands each batch to every exporter.
//
// It sleeps until the schedule delay is over, until a batch's worth of spans has ended, or until somebody
// wants a flush. Spans are acknowledged to the flight buffer once every exporter has delivered them or given
// them up.
//
// Thread safety: every member function from any thread, but for the destructor.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/log.h"
#include "delivery/flight_orphans.h"
#include "delivery/span_exporter.h"
#include "delivery/tail_buffer.h"
#include "trace/flight_reader.h"

namespace container_kit::telemetry::delivery {

struct ExportOptions {
  std::chrono::milliseconds schedule_delay{5'000};
  std::chrono::milliseconds export_timeout{30'000};
  std::size_t max_batch = 512;
  std::string resource;  // a Resource message
  TailRule tail;
  // What killed processes left behind: exported before anything else.
  std::vector<FlightOrphan> orphans;
};

class ExportThread {
 public:
  ExportThread(trace::Engine& engine, ExportOptions options,
               std::vector<std::unique_ptr<SpanExporter>> exporters, base::Log& log);
  ~ExportThread();  // shuts down at once, if shutdown() did not
  ExportThread(const ExportThread&) = delete;
  ExportThread& operator=(const ExportThread&) = delete;

  // Waits until every span that had ended before the call was delivered or given up. False: the deadline
  // passed.
  bool flush(base::Deadline deadline);
  // Flushes, then stops the thread; what is under way at the deadline is cancelled. False: not all was
  // flushed.
  bool shutdown(base::Deadline deadline);

  std::uint64_t exported() const noexcept { return exported_.load(std::memory_order_relaxed); }
  std::uint64_t failed() const noexcept { return failed_.load(std::memory_order_relaxed); }
  // Of killed processes, exported by this one.
  RecoveryHealth recovered() const;
  std::vector<ExporterHealth> health() const;
  const TailBuffer& tail() const noexcept { return tail_; }

 private:
  void run();
  void export_orphans();
  bool export_recovered(const trace::RecoveredFlight& flight, const std::vector<trace::RecoveredSpan>& spans);
  // False where there was nothing to export.
  bool export_batch();
  SpanBatch make_batch();
  void export_to(std::size_t index, const SpanBatch& batch, bool& delivered);

  trace::Engine& engine_;
  trace::FlightReader reader_;
  ExportOptions options_;
  std::vector<std::unique_ptr<SpanExporter>> exporters_;
  base::Log& log_;

  TailBuffer tail_;
  std::vector<trace::FinishedSpan> spans_;  // lent by the reader
  std::vector<trace::FinishedSpan>
      outgoing_;  // of them, and of what the tail rule released: the batch under way
  std::vector<std::vector<std::uint8_t>> compacted_;

  std::atomic<std::uint64_t> exported_{0};
  std::atomic<std::uint64_t> failed_{0};
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable flushed_;
  std::vector<ExporterHealth> health_;
  std::uint64_t flushes_wanted_ = 0;
  std::uint64_t flushes_done_ = 0;
  RecoveryHealth recovered_;
  bool stopping_ = false;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace container_kit::telemetry::delivery
