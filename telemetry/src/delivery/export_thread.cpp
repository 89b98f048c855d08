#include "delivery/export_thread.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "protocol/otlp_traces.h"
#include "trace/span_fields.h"

namespace container_kit::telemetry::delivery {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// The clock is calibrated about once a second, and soon after the start so that the counter serves early.
constexpr milliseconds kFirstCalibration{20};
constexpr milliseconds kCalibrationInterval{1'000};
constexpr milliseconds kOrphanPoll{20};
// What gRPC receivers take by default is 4 MiB.
constexpr std::size_t kMaxRequestBytes = std::size_t{3'500} << 10;

std::string_view view_of(const trace::FinishedSpan& span) {
  return {reinterpret_cast<const char*>(span.bytes), span.size};
}

}  // namespace

ExportThread::ExportThread(trace::Engine& engine, ExportOptions options,
                           std::vector<std::unique_ptr<SpanExporter>> exporters, base::Log& log)
    : engine_(engine),
      reader_(engine),
      options_(std::move(options)),
      log_(log),
      tail_(options_.tail),
      orphans_(std::move(options_.orphans), options_.max_batch),
      leaks_(engine, options_.span_leak_after),
      next_calibration_(steady_clock::now() + kFirstCalibration),
      next_leak_look_(next_calibration_),
      next_export_(steady_clock::now() + options_.schedule_delay) {
  for (auto& exporter : exporters) {
    LaneOptions lane;
    lane.export_timeout = options_.export_timeout;
    lane.queue_bytes = options_.queue_bytes;
    lane.queue_spans = options_.queue_spans;
    lane.backoff = options_.backoff;
    lane.on_settled = [this] { acknowledge_settled(); };
    if (lanes_.size() < options_.observers.size()) lane.on_operation = options_.observers[lanes_.size()];
    if (options_.spool != nullptr) {
      lane.spool = [this, to = exporter.get()](bool make) { return options_.spool(*to, make); };
    }
    lanes_.push_back(std::make_unique<Lane>(std::move(exporter), std::move(lane), log_));
  }
  thread_ = std::thread([this] { run(); });
}

ExportThread::~ExportThread() {
  shutdown(base::Deadline::after(milliseconds::zero()));
}

void ExportThread::run() {
  for (bool last = false; !last;) {
    feed_orphans();
    engine_.sleep_until(std::min(next_calibration_, next_export_));
    calibrate_if_due();
    look_for_leaks_if_due();
    if (!is_due()) continue;
    std::uint64_t wanted = 0;
    {
      const std::lock_guard lock(mutex_);
      wanted = flushes_wanted_;
      last = stopping_;
    }
    collect_all();
    next_export_ = steady_clock::now() + options_.schedule_delay;
    const bool is_flush = wanted != flushes_collected_;
    {
      const std::lock_guard lock(mutex_);
      flushes_collected_ = wanted;
      flush_goal_ = is_flush ? last_sequence_ : flush_goal_;
    }
    if (is_flush) {
      for (const auto& lane : lanes_) lane->hurry();
    }
    acknowledge_settled();
  }
  finish();
}

void ExportThread::calibrate_if_due() {
  if (steady_clock::now() < next_calibration_) return;
  engine_.clock().calibrate();
  engine_.buffer().beat(base::system_now());
  next_calibration_ = steady_clock::now() + kCalibrationInterval;
}

// No more often than the clock is calibrated.
void ExportThread::look_for_leaks_if_due() {
  if (options_.span_leak_after.count() == 0 || steady_clock::now() < next_leak_look_) return;
  constexpr milliseconds kLongestInterval{30'000};
  next_leak_look_ = steady_clock::now() + std::min(options_.span_leak_after / 4, kLongestInterval);
  try {
    for (const trace::SpanLeak& leak : leaks_.look()) log_.warn(leak.describe());
  } catch (const std::bad_alloc&) {
    log_.warn("no memory to look for span leaks");
  }
}

bool ExportThread::is_due() {
  const std::lock_guard lock(mutex_);
  const bool is_full = engine_.take_export_wanted();
  return is_full || stopping_ || flushes_wanted_ != flushes_collected_ || steady_clock::now() >= next_export_;
}

void ExportThread::collect_all() {
  while (export_batch()) {
  }
}

// The lanes get the parcels once it is known which spans they settle.
bool ExportThread::export_batch() {
  Pending batch{};
  {
    const std::lock_guard lock(reading_);
    if (!reader_.collect(batch.spans, options_.max_batch)) return false;
  }
  outgoing_ = tail_.filter(batch.spans);
  if (log_.is_on(LogLevel::kDebug)) tell_of_batch(batch.spans.size());
  batch.span_count = outgoing_.size();
  Parcels parcels = pack_outgoing();
  if (options_.lint_names) lint_names();
  {
    const std::lock_guard lock(reading_);
    number(parcels);
    batch.sequence = last_sequence_;
    pending_.push_back(std::move(batch));
  }
  const bool is_empty = parcels.empty();
  put(std::move(parcels));
  if (is_empty) acknowledge_settled();
  return true;
}

void ExportThread::tell_of_batch(std::size_t collected) const {
  constexpr std::size_t kMostIds = 8;
  std::string line = "event=batch collected=" + std::to_string(collected) +
                     " exported=" + std::to_string(outgoing_.size()) + " trace_ids=";
  std::vector<TraceId> ids;
  for (const trace::FinishedSpan& span : outgoing_) {
    TraceId id;
    std::memcpy(id.bytes.data(), span.bytes + trace::kTraceIdAt, id.bytes.size());
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) continue;
    if (ids.size() == kMostIds) {
      line += ",...";
      break;
    }
    line += (ids.empty() ? "" : ",") + id.to_hex();
    ids.push_back(id);
  }
  log_.debug(line);
}

// Once they are packed: without the fields that were replaced.
void ExportThread::lint_names() {
  try {
    for (const trace::FinishedSpan& span : outgoing_) {
      const std::string_view bytes(reinterpret_cast<const char*>(span.bytes), span.size);
      for (const std::string& line : naming_.look(bytes)) log_.warn(line);
    }
  } catch (const std::bad_alloc&) {
    log_.warn("no memory to look at names");
  }
}

ExportThread::Parcels ExportThread::pack_outgoing() {
  compacted_.clear();
  compacted_.reserve(outgoing_.size());
  for (trace::FinishedSpan& span : outgoing_) {
    if ((span.flags & trace::kHasDeadFields) == 0) continue;
    auto& bytes = compacted_.emplace_back(span.size);
    span.size = static_cast<std::uint32_t>(trace::compact_fields(span.bytes, span.size, bytes.data()));
    span.bytes = bytes.data();
  }
  Parcels parcels;
  for (std::size_t first = 0; first < outgoing_.size() && !lanes_.empty();) {
    parcels.push_back(pack_parcel(first));
    first += parcels.back()->span_count;
  }
  return parcels;
}

std::unique_ptr<Parcel> ExportThread::pack_parcel(std::size_t first) {
  std::vector<protocol::ScopeSpans> scopes;
  std::map<std::uint16_t, std::size_t> numbers;
  std::size_t bytes = 0;
  std::size_t count = 0;
  for (std::size_t index = first; index < outgoing_.size() && count < options_.max_batch; ++index, ++count) {
    const trace::FinishedSpan& span = outgoing_[index];
    bytes += span.size;
    if (bytes > kMaxRequestBytes && count > 0) break;
    const auto [number, is_new] = numbers.emplace(span.scope, scopes.size());
    if (is_new) {
      const trace::Engine::Scope& scope = engine_.scope(span.scope);
      scopes.push_back({scope.message, scope.schema_url, {}});
    }
    scopes[number->second].spans.push_back(view_of(span));
  }
  auto parcel = parcels_.take();
  protocol::append_otlp_traces(parcel->request, options_.resource, scopes, options_.resource_schema_url);
  parcel->span_count = static_cast<std::uint32_t>(count);
  return parcel;
}

void ExportThread::number(const Parcels& parcels) {
  for (const auto& parcel : parcels) parcel->sequence = ++last_sequence_;
}

void ExportThread::put(Parcels parcels) {
  for (auto& parcel : parcels) {
    const std::shared_ptr<const Parcel> shared = parcels_.share(std::move(parcel));
    for (const auto& lane : lanes_) lane->put(shared);
  }
}

// One at a time, so that they never crowd out what this process has to say.
void ExportThread::feed_orphans() {
  Parcels parcels;
  {
    const std::lock_guard lock(reading_);
    const bool is_free =
        std::all_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->backlog() == 0; });
    auto request = is_free ? orphans_.next() : std::nullopt;
    if (!request) return;
    parcels.push_back(parcels_.take());
    parcels.back()->request = std::move(request->request);
    parcels.back()->span_count = static_cast<std::uint32_t>(request->span_count);
    number(parcels);
    orphans_.sent_as(last_sequence_);
  }
  put(std::move(parcels));
  if (lanes_.empty()) acknowledge_settled();
}

std::uint64_t ExportThread::settled_by_all() const {
  std::uint64_t settled = last_sequence_;
  for (const auto& lane : lanes_) settled = std::min(settled, lane->settled());
  return settled;
}

void ExportThread::acknowledge_settled() {
  const std::lock_guard reading(reading_);
  const std::uint64_t settled = settled_by_all();
  for (; !pending_.empty() && pending_.front().sequence <= settled; pending_.pop_front()) {
    reader_.acknowledge(pending_.front().spans);
    settled_.fetch_add(pending_.front().span_count, std::memory_order_relaxed);
  }
  const std::lock_guard lock(mutex_);
  orphans_.settle(settled, log_, recovered_);
  if (!orphans_.empty()) engine_.wake();  // for the next of them
  if (flush_goal_ <= settled && orphans_.empty() && flushes_done_ != flushes_collected_) {
    flushes_done_ = flushes_collected_;
    flushed_.notify_all();
  }
}

bool ExportThread::has_orphans() {
  const std::lock_guard lock(reading_);
  return !orphans_.empty();
}

bool ExportThread::receivers_answer() const {
  return std::none_of(lanes_.begin(), lanes_.end(),
                      [](const auto& lane) { return lane->health().state == ExporterState::kRetrying; });
}

void ExportThread::finish() {
  base::Deadline deadline = base::Deadline::after(milliseconds::zero());
  {
    const std::lock_guard lock(mutex_);
    deadline = stop_by_;
  }
  // A process's file goes when all of it was sent: half of it would be sent again.
  while (has_orphans() && !deadline.passed() && receivers_answer()) {
    feed_orphans();
    engine_.sleep_until(std::min(deadline.at(), steady_clock::now() + kOrphanPoll));
  }
  for (const auto& lane : lanes_) lane->begin_stop(deadline);
  for (const auto& lane : lanes_) lane->stop(deadline);
  acknowledge_settled();
  orphans_.report_left(log_);
  const std::lock_guard lock(mutex_);
  all_settled_ = pending_.empty();
  stopped_ = true;
  flushed_.notify_all();
}

RecoveryHealth ExportThread::recovered() const {
  const std::lock_guard lock(mutex_);
  return recovered_;
}

bool ExportThread::flush(base::Deadline deadline) {
  std::unique_lock lock(mutex_);
  const std::uint64_t mine = ++flushes_wanted_;
  engine_.wake();
  return flushed_.wait_until(lock, deadline.at(), [&] { return flushes_done_ >= mine || stopped_; }) &&
         flushes_done_ >= mine;
}

bool ExportThread::shutdown(base::Deadline deadline) {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    stop_by_ = stop_by_.earlier(deadline);
    engine_.wake();
  }
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(mutex_);
  return all_settled_;
}

std::vector<ExporterHealth> ExportThread::health() const {
  std::vector<ExporterHealth> health;
  for (const auto& lane : lanes_) health.push_back(lane->health());
  return health;
}

}  // namespace container_kit::telemetry::delivery
