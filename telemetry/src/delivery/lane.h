// Lane: the way to one exporter, with a thread, a queue and a spool of its own, so that a receiver that is
// away holds up nobody else.
//
// A parcel is settled once it was delivered, written to the spool, or dropped and counted. In the order in
// which they were put, parcels are
//   sent, while the receiver takes them;
//   written to the spool when it does not, and while the spool holds anything, so that the order stays; what
//   is spooled is sent on when the receiver is back, with pauses as long as the sends; kept in memory where
//   there is no spool, up to a bound; beyond it the oldest are dropped.
// What is refused for good is dropped at once. A receiver that hangs while the queue fills is not waited for:
// the attempt is given up, and the queue spooled.
//
// The thread does not begin with a parcel before the one before it was seen to be settled (see seen()): after
// a kill at most one parcel a lane is delivered twice.
//
// Thread safety: every member function from any thread, but for the destructor.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include <container_kit/telemetry/health.h>

#include "base/clock.h"
#include "base/log.h"
#include "delivery/backoff.h"
#include "delivery/parcel.h"
#include "delivery/receiver_log.h"
#include "delivery/span_exporter.h"
#include "delivery/spool.h"
#include "protocol/otlp_request.h"

namespace container_kit::telemetry::delivery {

// Opens the exporter's spool. Where nothing was ever spooled and `make` is false: null.
using SpoolOpener = std::function<Expected<std::unique_ptr<Spool>>(bool make)>;

// One parcel's way through an exporter, from the first attempt until it was delivered, refused or spooled.
struct ExportOperation {
  std::chrono::duration<double> duration;
  std::string_view error_type;  // of the last attempt; empty: it was delivered
  int http_status;              // 0: none
};
using OperationObserver = std::function<void(const ExportOperation&)>;

// What is in the parcels.
struct ParcelKind {
  std::string_view item = "span";  // one of what Parcel::span_count counts
  // The request in two; fewer than two pieces where that cannot be.
  std::vector<protocol::OtlpPiece> (*split)(std::string_view request) = &protocol::split_otlp_traces;
};

struct LaneOptions {
  std::chrono::milliseconds export_timeout{30'000};  // of one send
  std::size_t queue_bytes = std::size_t{8} << 20;
  std::size_t queue_spans = 0;  // 0: as many as fit into queue_bytes
  BackoffLimits backoff = {};
  SpoolOpener spool = nullptr;                 // null: none
  std::function<void()> on_settled = nullptr;  // called on the lane's thread, without its lock
  OperationObserver on_operation = nullptr;    // called on the lane's thread, with its lock
  ReceiverLog::Clock log_clock = nullptr;      // null: the steady clock
  ParcelKind kind = {};
};

class Lane {
 public:
  Lane(std::unique_ptr<SpanExporter> exporter, LaneOptions options, base::Log& log);
  ~Lane();  // stops at once, if stop() did not
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // Never waits for the receiver.
  void put(std::shared_ptr<const Parcel> parcel);
  // Parcels up to this sequence number are settled.
  std::uint64_t settled() const;
  // Parcels that are not settled.
  std::size_t backlog() const;
  // The next attempt is due now, however long the wait should be.
  void hurry();
  // Settles what it can by the deadline, without waiting for it here.
  void begin_stop(base::Deadline deadline);
  // The same, and ends the thread. False: something is not settled.
  bool stop(base::Deadline deadline);
  // Never waits for the disk.
  ExporterHealth health() const;

 private:
  using Lock = std::unique_lock<std::mutex>;
  using Clock = std::chrono::steady_clock;

  void run();
  bool has_work() const;
  bool sends_spool_at_stop() const;
  Clock::time_point next_due() const;
  void work(Lock& lock);
  void send_queued(Lock& lock);
  void send_spooled(Lock& lock);
  SendResult send(Lock& lock, std::string_view request, std::uint32_t span_count);
  SendResult send_in_pieces(std::string_view request, std::uint32_t span_count, base::Deadline deadline);
  // After a failure that may pass: to the spool, or kept.
  void put_off(Lock& lock, const SendResult& result);
  bool spool_front();
  bool open_spool(bool make);
  void give_up_spool(const Error& error);
  void settle_front(Lock& lock);
  void trim_queue();
  void hasten_spooling();
  void update_settled();
  void publish();
  // The operation that is going on has ended.
  void conclude(const SendResult& result);
  // What came of an attempt, as a line of key=value at debug; costs a comparison where nobody listens.
  void tell(std::string_view event, std::uint32_t spans, const SendResult* result = nullptr);
  void note_success(std::uint32_t spans, const SendResult& result);
  void note_failure(const SendResult& result);
  void note_rejection(std::uint32_t spans, const SendResult& result);
  bool is_spooling() const { return spool_ != nullptr && spool_->counts().records > 0; }

  std::unique_ptr<SpanExporter> exporter_;
  LaneOptions options_;
  base::Log& log_;

  mutable std::mutex health_mutex_;  // taken after mutex_
  ExporterHealth published_;         // what health() says

  mutable std::mutex mutex_;  // guards what follows
  ReceiverLog receiver_log_;
  std::optional<Clock::time_point> operation_begun_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<const Parcel>> queue_;
  std::size_t queued_bytes_ = 0;
  std::uint64_t queued_spans_ = 0;
  std::uint64_t last_put_ = 0;
  std::uint64_t settled_ = 0;
  std::unique_ptr<Spool> spool_;
  SpoolCounts counts_at_stop_;
  bool spool_is_off_ = false;
  Backoff backoff_;
  Clock::time_point next_attempt_{};
  ExporterHealth health_;
  bool sending_ = false;
  Clock::time_point sending_since_{};
  bool interrupted_ = false;  // what is being sent was cancelled, to be spooled
  bool cancelled_ = false;    // for good
  bool stopping_ = false;
  base::Deadline stop_by_{Clock::time_point::max()};
  Clock::time_point send_spool_until_{};
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace container_kit::telemetry::delivery
