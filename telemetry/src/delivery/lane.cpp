#include "delivery/lane.h"

#include <algorithm>
#include <utility>

namespace container_kit::telemetry::delivery {

using std::chrono::milliseconds;

namespace {

// How long a stop sends on what is spooled, at most.
constexpr std::chrono::seconds kSpoolAtStop{1};

}  // namespace

// A receiver that takes what it is sent is slower than this only where far too much comes.
constexpr milliseconds kPatienceUnderPressure{200};

Lane::Lane(std::unique_ptr<SpanExporter> exporter, LaneOptions options, base::Log& log)
    : exporter_(std::move(exporter)),
      options_(std::move(options)),
      log_(log),
      receiver_log_(log, exporter_->name() + " receiver " + exporter_->endpoint(), options_.log_clock),
      backoff_(options_.backoff) {
  health_.name = exporter_->name();
  health_.endpoint = exporter_->endpoint();
  open_spool(false);
  publish();
  thread_ = std::thread([this] { run(); });
}

Lane::~Lane() {
  stop(base::Deadline::after(milliseconds::zero()));
}

void Lane::put(std::shared_ptr<const Parcel> parcel) {
  const std::lock_guard lock(mutex_);
  queued_bytes_ += parcel->request.size();
  queued_spans_ += parcel->span_count;
  last_put_ = parcel->sequence;
  queue_.push_back(std::move(parcel));
  trim_queue();
  hasten_spooling();
  publish();
  changed_.notify_all();
}

void Lane::hasten_spooling() {
  const bool can_spool = options_.spool != nullptr && !spool_is_off_ && exporter_->can_resume();
  const bool is_half_full = queued_bytes_ > options_.queue_bytes / 2;
  if (!sending_ || interrupted_ || !can_spool || !is_half_full) return;
  if (Clock::now() - sending_since_ < kPatienceUnderPressure) return;
  interrupted_ = true;
  exporter_->cancel();
}

// The oldest go first; not the one that is being sent.
void Lane::trim_queue() {
  const std::size_t first = sending_ ? 1 : 0;
  const auto is_over = [this, first] {
    if (queued_bytes_ > options_.queue_bytes) return true;
    const std::uint64_t sending = first == 0 ? 0 : queue_.front()->span_count;
    return options_.queue_spans != 0 && queued_spans_ - sending > options_.queue_spans;
  };
  while (queue_.size() > first + 1 && is_over()) {
    const auto oldest = queue_.begin() + static_cast<std::ptrdiff_t>(first);
    health_.dropped_for_room += (*oldest)->span_count;
    queued_bytes_ -= (*oldest)->request.size();
    queued_spans_ -= (*oldest)->span_count;
    queue_.erase(oldest);
    if (!sending_) operation_begun_.reset();
  }
  update_settled();
}

void Lane::update_settled() {
  settled_ = queue_.empty() ? last_put_ : queue_.front()->sequence - 1;
}

std::uint64_t Lane::settled() const {
  const std::lock_guard lock(mutex_);
  return settled_;
}

std::size_t Lane::backlog() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void Lane::hurry() {
  const std::lock_guard lock(mutex_);
  next_attempt_ = {};
  changed_.notify_all();
}

void Lane::begin_stop(base::Deadline deadline) {
  const std::lock_guard lock(mutex_);
  if (!stopping_) send_spool_until_ = Clock::now() + kSpoolAtStop;
  stopping_ = true;
  stop_by_ = deadline;
  next_attempt_ = {};
  changed_.notify_all();
}

bool Lane::stop(base::Deadline deadline) {
  begin_stop(deadline);
  bool in_time = false;
  {
    Lock lock(mutex_);
    in_time = changed_.wait_until(lock, deadline.at(), [this] { return stopped_; });
    cancelled_ = !in_time;
    if (!in_time) exporter_->cancel();
  }
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(mutex_);
  if (spool_ != nullptr) counts_at_stop_ = spool_->counts();
  spool_.reset();  // a lane that starts later in this process takes it over
  publish();
  return queue_.empty();
}

bool Lane::has_work() const {
  return !queue_.empty() || is_spooling();
}

void Lane::run() {
  Lock lock(mutex_);
  while (!(stopping_ && queue_.empty() && !sends_spool_at_stop())) {
    const bool is_due = has_work() && Clock::now() >= next_attempt_;
    // While the spool takes what comes, what comes is settled without waiting for the next attempt.
    const bool can_spool = is_spooling() && !spool_is_off_ && !queue_.empty();
    if (is_due || can_spool) {
      work(lock);
    } else if (stopping_) {
      break;  // the receiver is away, and there is nowhere to put it
    } else {
      changed_.wait_until(lock, next_due());
    }
  }
  lock.unlock();
  exporter_->finish();
  lock.lock();
  stopped_ = true;
  changed_.notify_all();
}

// A process that lives for a moment sends on what others have left, too. What is spooled otherwise stays for
// the next start.
bool Lane::sends_spool_at_stop() const {
  return is_spooling() && health_.state != ExporterState::kRetrying && Clock::now() < send_spool_until_;
}

Lane::Clock::time_point Lane::next_due() const {
  constexpr auto kLong = std::chrono::hours(1);
  const auto now = Clock::now();
  return has_work() ? std::max(next_attempt_, now) : now + kLong;
}

void Lane::work(Lock& lock) {
  if (!is_spooling()) return send_queued(lock);
  if (queue_.empty() || spool_is_off_) return send_spooled(lock);
  if (spool_front()) settle_front(lock);
}

SendResult Lane::send(Lock& lock, std::string_view request, std::uint32_t span_count) {
  base::Deadline deadline = base::Deadline::after(options_.export_timeout).earlier(stop_by_);
  if (stopping_ && queue_.empty()) deadline = deadline.earlier(base::Deadline(send_spool_until_));
  sending_ = true;
  sending_since_ = Clock::now();
  if (!operation_begun_) operation_begun_ = Clock::now();
  lock.unlock();
  SendResult result = send_in_pieces(request, span_count, deadline);
  lock.lock();
  sending_ = false;
  if (interrupted_ && !cancelled_) exporter_->resume();
  interrupted_ = false;
  if (result.outcome != SendOutcome::kRetry) conclude(result);
  return result;
}

void Lane::conclude(const SendResult& result) {
  const auto begun = std::exchange(operation_begun_, std::nullopt);
  if (!begun || options_.on_operation == nullptr) return;
  std::string_view error_type = result.error_type;
  // The convention's words for what has no better ones.
  if (result.outcome == SendOutcome::kDelivered) {
    error_type = result.rejected_spans > 0 ? "rejected" : "";
  } else if (error_type.empty()) {
    error_type = "_OTHER";
  }
  options_.on_operation({Clock::now() - *begun, error_type, result.http_status});
}

// A request that is too large goes in halves, and they in theirs.
SendResult Lane::send_in_pieces(std::string_view request, std::uint32_t span_count, base::Deadline deadline) {
  SendResult whole = exporter_->send(request, span_count, deadline);
  if (whole.outcome != SendOutcome::kTooLarge || span_count < 2) return whole;
  const std::vector<protocol::OtlpPiece> pieces = options_.kind.split(request);
  if (pieces.empty()) return whole;
  whole = {};
  for (const protocol::OtlpPiece& piece : pieces) {
    SendResult part = send_in_pieces(piece.request, piece.span_count, deadline);
    if (part.outcome == SendOutcome::kRetry) return part;
    const bool is_refused = part.outcome != SendOutcome::kDelivered;
    whole.rejected_spans += is_refused ? piece.span_count : part.rejected_spans;
    if (!part.problem.empty()) whole.problem = part.problem;
  }
  return whole;
}

void Lane::send_queued(Lock& lock) {
  const std::shared_ptr<const Parcel> parcel = queue_.front();
  const SendResult result = send(lock, parcel->request, parcel->span_count);
  switch (result.outcome) {
    case SendOutcome::kDelivered:
      note_success(parcel->span_count, result);
      return settle_front(lock);
    case SendOutcome::kRetry:
      note_failure(result);
      return put_off(lock, result);
    case SendOutcome::kRejected:
    case SendOutcome::kTooLarge:
      note_rejection(parcel->span_count, result);
      return settle_front(lock);
  }
}

void Lane::put_off(Lock& lock, const SendResult& result) {
  const bool can_spool = !spool_is_off_ && (spool_ != nullptr || open_spool(true));
  if (!can_spool || !spool_front()) return publish();
  conclude(result);
  settle_front(lock);
}

void Lane::send_spooled(Lock& lock) {
  const SpoolRecord* const record = spool_->front();
  if (record == nullptr) {
    // It cannot be read, for want of descriptors perhaps.
    if (is_spooling()) next_attempt_ = Clock::now() + options_.backoff.first;
    return publish();
  }
  const auto begun = Clock::now();
  const SendResult result = send(lock, record->body, record->span_count);
  if (result.outcome == SendOutcome::kRetry) {
    note_failure(result);
    return publish();
  }
  if (result.outcome == SendOutcome::kDelivered) {
    note_success(record->span_count, result);
  } else {
    note_rejection(record->span_count, result);
  }
  spool_->pop();
  // A receiver that has just come back is not given all at once.
  if (is_spooling() && !stopping_) next_attempt_ = Clock::now() + (Clock::now() - begun);
  publish();
}

bool Lane::spool_front() {
  const Parcel& parcel = *queue_.front();
  const auto written = spool_->append(parcel.request, parcel.span_count);
  if (!written) {
    give_up_spool(written.error());
    return false;
  }
  health_.spooled_spans += parcel.span_count;
  tell("spool.written", parcel.span_count);
  return true;
}

bool Lane::open_spool(bool make) {
  if (options_.spool == nullptr || spool_is_off_) return false;
  auto spool = options_.spool(make);
  if (!spool) {
    give_up_spool(spool.error());
    return false;
  }
  spool_ = std::move(*spool);
  return spool_ != nullptr;
}

// Nothing more is written to it; what is there is still sent on.
void Lane::give_up_spool(const Error& error) {
  spool_is_off_ = true;
  log_.warn(error.message + "; what " + health_.endpoint +
            " does not take is kept in memory only, and dropped when that is full (CONTAINER_KIT_SPOOL_DIR)");
}

void Lane::settle_front(Lock& lock) {
  queued_bytes_ -= queue_.front()->request.size();
  queued_spans_ -= queue_.front()->span_count;
  queue_.pop_front();
  update_settled();
  publish();
  lock.unlock();
  if (options_.on_settled) options_.on_settled();
  lock.lock();
}

void Lane::tell(std::string_view event, std::uint32_t spans, const SendResult* result) {
  if (!log_.is_on(LogLevel::kDebug)) return;
  std::string line = "event=" + std::string(event) + " exporter=" + health_.name +
                     " signal=" + health_.signal + " endpoint=" + health_.endpoint +
                     " items=" + std::to_string(spans);
  if (result != nullptr && result->outcome == SendOutcome::kRetry) {
    const auto wait = std::chrono::duration_cast<milliseconds>(next_attempt_ - Clock::now());
    line += " failed_attempts=" + std::to_string(health_.failed_attempts) +
            " wait_ms=" + std::to_string(wait.count());
  }
  if (result != nullptr && result->rejected_spans > 0)
    line += " rejected=" + std::to_string(result->rejected_spans);
  if (result != nullptr && !result->problem.empty()) line += " problem=\"" + result->problem + '"';
  log_.debug(line);
}

void Lane::note_success(std::uint32_t spans, const SendResult& result) {
  receiver_log_.answered();
  tell("export.delivered", spans, &result);
  health_.state = ExporterState::kOk;
  health_.last_error.clear();
  health_.last_success_ns = base::system_now();
  ++health_.exported_batches;
  health_.exported_spans += spans - std::min(spans, result.rejected_spans);
  health_.rejected_spans += result.rejected_spans;
  if (result.rejected_spans > 0 || !result.problem.empty()) {
    receiver_log_.refused(result.rejected_spans, options_.kind.item,
                          health_.endpoint + ": " + result.problem);
  }
  backoff_.reset();
  next_attempt_ = {};
}

void Lane::note_failure(const SendResult& result) {
  receiver_log_.failed(result.problem);
  health_.state = ExporterState::kRetrying;
  health_.last_error = result.problem;
  ++health_.failed_attempts;
  const milliseconds wait = result.retry_after.value_or(backoff_.next());
  next_attempt_ = Clock::now() + wait;
  tell("export.retry", 0, &result);
}

void Lane::note_rejection(std::uint32_t spans, const SendResult& result) {
  receiver_log_.refused(spans, options_.kind.item, result.problem);
  tell("export.refused", spans, &result);
  health_.state = ExporterState::kFailing;
  health_.last_error = result.problem;
  health_.rejected_spans += spans;
  backoff_.reset();
  next_attempt_ = {};
}

void Lane::publish() {
  const std::lock_guard lock(health_mutex_);
  published_ = health_;
  published_.queued_spans = queued_spans_;
  const SpoolCounts& spool = spool_ != nullptr ? spool_->counts() : counts_at_stop_;
  published_.spool_bytes = spool.bytes;
  published_.spool_spans = spool.spans;
  published_.dropped_for_room += spool.dropped_for_room;
  published_.dropped_for_age = spool.dropped_for_age;
  published_.torn_records = spool.torn_records;
  if (spool.records > 0 && published_.state != ExporterState::kOk) {
    published_.state = ExporterState::kSpooling;
  }
}

ExporterHealth Lane::health() const {
  const std::lock_guard lock(health_mutex_);
  return published_;
}

}  // namespace container_kit::telemetry::delivery
