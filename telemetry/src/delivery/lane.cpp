#include "delivery/lane.h"

#include <algorithm>

#include "protocol/otlp_request.h"

namespace container_kit::telemetry::delivery {
namespace {

using std::chrono::milliseconds;

std::string count_of(std::uint64_t spans) {
  return std::to_string(spans) + (spans == 1 ? " span" : " spans");
}

}  // namespace

Lane::Lane(std::unique_ptr<SpanExporter> exporter, LaneOptions options, base::Log& log)
    : exporter_(std::move(exporter)), options_(std::move(options)), log_(log), backoff_(options_.backoff) {
  health_.name = exporter_->name();
  health_.endpoint = exporter_->endpoint();
  open_spool(false);
  thread_ = std::thread([this] { run(); });
}

Lane::~Lane() {
  stop(base::Deadline::after(milliseconds::zero()));
}

void Lane::put(std::shared_ptr<const Parcel> parcel) {
  const std::lock_guard lock(mutex_);
  queued_bytes_ += parcel->request.size();
  last_put_ = parcel->sequence;
  queue_.push_back(std::move(parcel));
  trim_queue();
  changed_.notify_all();
}

// The oldest go first; not the one that is being sent.
void Lane::trim_queue() {
  const std::size_t first = sending_ ? 1 : 0;
  while (queued_bytes_ > options_.queue_bytes && queue_.size() > first + 1) {
    const auto oldest = queue_.begin() + static_cast<std::ptrdiff_t>(first);
    health_.dropped_for_room += (*oldest)->span_count;
    queued_bytes_ -= (*oldest)->request.size();
    queue_.erase(oldest);
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
  }
  if (!in_time) exporter_->cancel();
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(mutex_);
  if (spool_ != nullptr) counts_at_stop_ = spool_->counts();
  spool_.reset();  // a lane that starts later in this process takes it over
  return queue_.empty();
}

bool Lane::has_work() const {
  return !queue_.empty() || is_spooling();
}

void Lane::run() {
  Lock lock(mutex_);
  while (!(stopping_ && queue_.empty())) {  // what is spooled stays for the next start
    const bool is_due = has_work() && Clock::now() >= next_attempt_;
    // While the spool takes what comes, what comes is settled without waiting for the next attempt.
    const bool can_spool = is_spooling() && !queue_.empty();
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

Lane::Clock::time_point Lane::next_due() const {
  constexpr auto kLong = std::chrono::hours(1);
  const auto now = Clock::now();
  return has_work() ? std::max(next_attempt_, now) : now + kLong;
}

void Lane::work(Lock& lock) {
  if (!is_spooling()) return send_queued(lock);
  if (!queue_.empty()) {
    if (spool_front()) settle_front(lock);
    return;
  }
  send_spooled(lock);
}

SendResult Lane::send(Lock& lock, std::string_view request, std::uint32_t span_count) {
  const base::Deadline deadline = base::Deadline::after(options_.export_timeout).earlier(stop_by_);
  sending_ = true;
  lock.unlock();
  SendResult result = send_in_pieces(request, span_count, deadline);
  lock.lock();
  sending_ = false;
  return result;
}

// A request that is too large goes in halves, and they in theirs.
SendResult Lane::send_in_pieces(std::string_view request, std::uint32_t span_count, base::Deadline deadline) {
  SendResult whole = exporter_->send(request, span_count, deadline);
  if (whole.outcome != SendOutcome::kTooLarge || span_count < 2) return whole;
  const std::vector<protocol::OtlpPiece> pieces = protocol::split_otlp_traces(request);
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
      return put_off(lock);
    case SendOutcome::kRejected:
    case SendOutcome::kTooLarge:
      note_rejection(parcel->span_count, result);
      return settle_front(lock);
  }
}

void Lane::put_off(Lock& lock) {
  if ((spool_ != nullptr || open_spool(true)) && spool_front()) settle_front(lock);
}

void Lane::send_spooled(Lock& lock) {
  const SpoolRecord* const record = spool_->front();
  if (record == nullptr) return;
  const auto begun = Clock::now();
  const SendResult result = send(lock, record->body, record->span_count);
  if (result.outcome == SendOutcome::kRetry) return note_failure(result);
  if (result.outcome == SendOutcome::kDelivered) {
    note_success(record->span_count, result);
  } else {
    note_rejection(record->span_count, result);
  }
  // A receiver that has just come back is not given all at once.
  next_attempt_ = Clock::now() + (Clock::now() - begun);
  spool_->pop();
}

bool Lane::spool_front() {
  const Parcel& parcel = *queue_.front();
  const auto written = spool_->append(parcel.request, parcel.span_count);
  if (!written) {
    give_up_spool(written.error());
    return false;
  }
  health_.spooled_spans += parcel.span_count;
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

void Lane::give_up_spool(const Error& error) {
  spool_is_off_ = true;
  spool_.reset();
  log_.warn(error.message + "; what " + health_.endpoint +
            " does not take is kept in memory only, and dropped when that is full (CONTAINER_KIT_SPOOL_DIR)");
}

void Lane::settle_front(Lock& lock) {
  queued_bytes_ -= queue_.front()->request.size();
  queue_.pop_front();
  update_settled();
  lock.unlock();
  if (options_.on_settled) options_.on_settled();
  lock.lock();
}

void Lane::note_success(std::uint32_t spans, const SendResult& result) {
  if (health_.state != ExporterState::kOk) {
    log_.info(health_.name + " receiver " + health_.endpoint + " is back");
  }
  health_.state = ExporterState::kOk;
  health_.last_error.clear();
  health_.last_success_ns = base::system_now();
  ++health_.exported_batches;
  health_.exported_spans += spans - std::min(spans, result.rejected_spans);
  health_.rejected_spans += result.rejected_spans;
  if (result.rejected_spans > 0 || !result.problem.empty()) {
    log_.warn(health_.endpoint + " rejected " + count_of(result.rejected_spans) + ": " + result.problem);
  }
  backoff_.reset();
  next_attempt_ = {};
}

// One line when a receiver fails, not one an attempt.
void Lane::note_failure(const SendResult& result) {
  if (health_.state == ExporterState::kOk) {
    log_.warn(result.problem + "; what it does not take is kept and sent later");
  }
  health_.state = ExporterState::kRetrying;
  health_.last_error = result.problem;
  ++health_.failed_attempts;
  const milliseconds wait = result.retry_after.value_or(backoff_.next());
  next_attempt_ = Clock::now() + wait;
}

void Lane::note_rejection(std::uint32_t spans, const SendResult& result) {
  if (health_.last_error != result.problem) {
    log_.warn(result.problem + "; " + count_of(spans) + " dropped, and more of the same are not reported");
  }
  health_.state = ExporterState::kFailing;
  health_.last_error = result.problem;
  health_.rejected_spans += spans;
  backoff_.reset();
  next_attempt_ = {};
}

ExporterHealth Lane::health() const {
  const std::lock_guard lock(mutex_);
  ExporterHealth health = health_;
  for (const auto& parcel : queue_) health.queued_spans += parcel->span_count;
  const SpoolCounts& spool = spool_ != nullptr ? spool_->counts() : counts_at_stop_;
  health.spool_bytes = spool.bytes;
  health.spool_spans = spool.spans;
  health.dropped_for_room += spool.dropped_for_room;
  health.dropped_for_age = spool.dropped_for_age;
  health.torn_records = spool.torn_records;
  if (spool.records > 0 && health.state != ExporterState::kOk) health.state = ExporterState::kSpooling;
  return health;
}

}  // namespace container_kit::telemetry::delivery
