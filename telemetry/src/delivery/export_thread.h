// ExportThread: drains the flight buffer in parcels and puts each on the lane of every exporter.
//
// It sleeps until the schedule delay is over, until a batch's worth of spans has ended, until a lane has
// settled a parcel, or until somebody wants a flush. Spans are acknowledged to the flight buffer once every
// lane has settled their parcel: delivered it, spooled it, or dropped and counted it.
//
// Thread safety: every member function from any thread, but for the destructor.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/log.h"
#include "delivery/flight_orphans.h"
#include "delivery/lane.h"
#include "delivery/naming_lint.h"
#include "delivery/orphan_feed.h"
#include "delivery/tail_buffer.h"
#include "trace/flight_reader.h"
#include "trace/leak_watch.h"

namespace container_kit::telemetry::delivery {

struct ExportOptions {
  std::chrono::milliseconds schedule_delay{5'000};
  std::chrono::milliseconds export_timeout{30'000};
  std::size_t max_batch = 512;
  std::string resource;                          // a Resource message
  std::string resource_schema_url = {};          // empty: none
  std::chrono::milliseconds span_leak_after{0};  // spans open for so long are told of; 0: none
  bool lint_names = false;
  TailRule tail;
  // What killed processes left behind: exported before anything else.
  std::vector<FlightOrphan> orphans;
  // Of each lane, in memory.
  std::size_t queue_bytes = std::size_t{8} << 20;
  std::size_t queue_spans = 0;  // 0: as many as fit into queue_bytes
  BackoffLimits backoff = {};
  // Opens the spool of the exporter with this name and endpoint; null: no spool.
  std::function<Expected<std::unique_ptr<Spool>>(const SpanExporter& exporter, bool make)> spool = nullptr;
  // What each exporter's operations are told to; empty: nobody.
  std::vector<OperationObserver> observers;
};

class ExportThread {
 public:
  ExportThread(trace::Engine& engine, ExportOptions options,
               std::vector<std::unique_ptr<SpanExporter>> exporters, base::Log& log);
  ~ExportThread();  // shuts down at once, if shutdown() did not
  ExportThread(const ExportThread&) = delete;
  ExportThread& operator=(const ExportThread&) = delete;

  // Waits until every span that had ended before the call is settled. False: the deadline passed.
  bool flush(base::Deadline deadline);
  // Flushes, then stops the threads; what is under way at the deadline is cancelled, and spooled where there
  // is a spool. False: not all was settled.
  bool shutdown(base::Deadline deadline);

  // Spans whose parcels are settled.
  std::uint64_t settled() const noexcept { return settled_.load(std::memory_order_relaxed); }
  // Of killed processes, exported by this one.
  RecoveryHealth recovered() const;
  std::vector<ExporterHealth> health() const;
  const TailBuffer& tail() const noexcept { return tail_; }
  trace::LeakWatch::Found span_leaks() const { return leaks_.found(); }

 private:
  // A batch that was put on the lanes.
  struct Pending {
    std::uint64_t sequence;  // of its last parcel
    std::uint64_t span_count;
    std::vector<trace::FinishedSpan> spans;  // lent by the reader
  };

  using Parcels = std::vector<std::unique_ptr<Parcel>>;

  void run();
  void calibrate_if_due();
  void look_for_leaks_if_due();
  bool is_due();
  void collect_all();
  bool export_batch();
  // The batch as a line of key=value at debug.
  void tell_of_batch(std::size_t collected) const;
  void lint_names();
  Parcels pack_outgoing();
  // Those spans of `outgoing_` from `first` on that fit into one.
  std::unique_ptr<Parcel> pack_parcel(std::size_t first);
  void number(const Parcels& parcels);  // under reading_
  void put(Parcels parcels);
  void feed_orphans();
  std::uint64_t settled_by_all() const;
  void acknowledge_settled();
  bool has_orphans();
  bool receivers_answer() const;
  void finish();

  trace::Engine& engine_;
  trace::FlightReader reader_;
  ExportOptions options_;
  base::Log& log_;
  std::vector<std::unique_ptr<Lane>> lanes_;

  TailBuffer tail_;
  std::vector<trace::FinishedSpan> outgoing_;  // of a batch, and of what the tail rule released
  std::vector<std::vector<std::uint8_t>> compacted_;
  ParcelPool parcels_;
  std::mutex reading_;  // guards the reader, and what follows; taken before a lane's mutex, and before mutex_
  std::deque<Pending> pending_;
  std::uint64_t last_sequence_ = 0;
  OrphanFeed orphans_;
  trace::LeakWatch leaks_;
  NamingLint naming_;
  base::Deadline::Clock::time_point next_calibration_;
  base::Deadline::Clock::time_point next_leak_look_;
  base::Deadline::Clock::time_point next_export_;

  std::atomic<std::uint64_t> settled_{0};
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable flushed_;
  std::uint64_t flushes_wanted_ = 0;
  std::uint64_t flushes_collected_ = 0;
  std::uint64_t flush_goal_ = 0;  // the sequence number up to which these need settling
  std::uint64_t flushes_done_ = 0;
  RecoveryHealth recovered_;
  bool stopping_ = false;
  base::Deadline stop_by_{base::Deadline::Clock::time_point::max()};
  bool stopped_ = false;
  bool all_settled_ = false;
  std::thread thread_;
};

}  // namespace container_kit::telemetry::delivery
