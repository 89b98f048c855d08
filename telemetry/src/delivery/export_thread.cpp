#include "delivery/export_thread.h"

#include <map>

#include "trace/span_fields.h"

namespace container_kit::telemetry::delivery {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// The clock is calibrated about once a second, and soon after the start so that the counter serves early.
constexpr milliseconds kFirstCalibration{20};
constexpr milliseconds kCalibrationInterval{1'000};

std::string_view view_of(const trace::FinishedSpan& span) {
  return {reinterpret_cast<const char*>(span.bytes), span.size};
}

}  // namespace

ExportThread::ExportThread(trace::Engine& engine, ExportOptions options,
                           std::vector<std::unique_ptr<SpanExporter>> exporters, base::Log& log)
    : engine_(engine),
      reader_(engine),
      options_(std::move(options)),
      exporters_(std::move(exporters)),
      log_(log),
      tail_(options_.tail) {
  for (const auto& exporter : exporters_) {
    ExporterHealth health;
    health.name = exporter->name();
    health.endpoint = exporter->endpoint();
    health_.push_back(std::move(health));
  }
  thread_ = std::thread([this] { run(); });
}

ExportThread::~ExportThread() {
  shutdown(base::Deadline::after(milliseconds::zero()));
}

void ExportThread::run() {
  export_orphans();
  auto next_calibration = steady_clock::now() + kFirstCalibration;
  auto next_export = steady_clock::now() + options_.schedule_delay;
  for (bool last = false; !last;) {
    engine_.sleep_until(std::min(next_calibration, next_export));
    if (steady_clock::now() >= next_calibration) {
      engine_.clock().calibrate();
      engine_.buffer().beat(base::system_now());
      next_calibration = steady_clock::now() + kCalibrationInterval;
    }
    std::uint64_t wanted = 0;
    {
      const std::lock_guard lock(mutex_);
      wanted = flushes_wanted_;
      last = stopping_;
      const bool full = engine_.take_export_wanted();
      const bool due = full || last || wanted != flushes_done_ || steady_clock::now() >= next_export;
      if (!due) continue;
    }
    while (export_batch()) {
    }
    next_export = steady_clock::now() + options_.schedule_delay;
    const std::lock_guard lock(mutex_);
    flushes_done_ = wanted;
    flushed_.notify_all();
  }
  for (const auto& exporter : exporters_) exporter->finish();
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  flushed_.notify_all();
}

void ExportThread::export_orphans() {
  for (FlightOrphan& orphan : options_.orphans) {
    const trace::RecoveredFlight& flight = orphan.flight;
    const bool delivered =
        export_recovered(flight, flight.finished) && export_recovered(flight, flight.incomplete);
    if (!delivered) {
      log_.warn("spans of process " + std::to_string(flight.pid) + ", which was killed, stay in " +
                orphan.file->path() + " until the next start");
      continue;
    }
    orphan.file->remove();
    log_.info("exported " + std::to_string(flight.finished.size()) + " finished and " +
              std::to_string(flight.incomplete.size()) + " unfinished spans of process " +
              std::to_string(flight.pid) + ", which was killed");
    const std::lock_guard lock(mutex_);
    ++recovered_.processes;
    recovered_.finished_spans += flight.finished.size();
    recovered_.incomplete_spans += flight.incomplete.size();
    recovered_.torn_records += flight.torn;
  }
  options_.orphans.clear();
}

bool ExportThread::export_recovered(const trace::RecoveredFlight& flight,
                                    const std::vector<trace::RecoveredSpan>& spans) {
  bool delivered = true;
  for (std::size_t first = 0; first < spans.size() && delivered; first += options_.max_batch) {
    const std::size_t end = std::min(first + options_.max_batch, spans.size());
    SpanBatch batch{flight.metadata.resource, {}, end - first};
    std::map<std::uint16_t, std::size_t> numbers;
    for (std::size_t index = first; index < end; ++index) {
      const std::uint16_t scope = spans[index].scope < flight.metadata.scopes.size() ? spans[index].scope : 0;
      const auto [number, is_new] = numbers.emplace(scope, batch.scopes.size());
      if (is_new) {
        batch.scopes.emplace_back();
        if (scope < flight.metadata.scopes.size()) {
          batch.scopes.back().scope = flight.metadata.scopes[scope].message;
          batch.scopes.back().schema_url = flight.metadata.scopes[scope].schema_url;
        }
      }
      batch.scopes[number->second].spans.push_back(spans[index].bytes);
    }
    for (std::size_t exporter = 0; exporter < exporters_.size(); ++exporter)
      export_to(exporter, batch, delivered);
  }
  return delivered;
}

RecoveryHealth ExportThread::recovered() const {
  const std::lock_guard lock(mutex_);
  return recovered_;
}

SpanBatch ExportThread::make_batch() {
  SpanBatch batch;
  batch.resource = options_.resource;
  batch.span_count = outgoing_.size();
  compacted_.clear();
  compacted_.reserve(outgoing_.size());
  std::map<std::uint16_t, std::size_t> numbers;
  for (trace::FinishedSpan span : outgoing_) {
    if ((span.flags & trace::kHasDeadFields) != 0) {
      auto& bytes = compacted_.emplace_back(span.size);
      span.size = static_cast<std::uint32_t>(trace::compact_fields(span.bytes, span.size, bytes.data()));
      span.bytes = bytes.data();
    }
    const auto [number, is_new] = numbers.emplace(span.scope, batch.scopes.size());
    if (is_new) {
      const trace::Engine::Scope& scope = engine_.scope(span.scope);
      batch.scopes.push_back({scope.message, scope.schema_url, {}});
    }
    batch.scopes[number->second].spans.push_back(view_of(span));
  }
  return batch;
}

bool ExportThread::export_batch() {
  spans_.clear();
  if (!reader_.collect(spans_, options_.max_batch)) return false;
  outgoing_ = tail_.filter(spans_);
  if (!outgoing_.empty()) {
    const SpanBatch batch = make_batch();
    bool delivered = true;
    for (std::size_t index = 0; index < exporters_.size(); ++index) export_to(index, batch, delivered);
    (delivered ? exported_ : failed_).fetch_add(batch.span_count, std::memory_order_relaxed);
  }
  reader_.acknowledge(spans_);
  return true;
}

void ExportThread::export_to(std::size_t index, const SpanBatch& batch, bool& delivered) {
  const Expected<void> result =
      exporters_[index]->export_spans(batch, base::Deadline::after(options_.export_timeout));
  const std::lock_guard lock(mutex_);
  ExporterHealth& health = health_[index];
  if (result) {
    health.exported_spans += batch.span_count;
    ++health.exported_batches;
    health.last_error.clear();
    return;
  }
  delivered = false;
  health.failed_spans += batch.span_count;
  // One line when a receiver fails, not one a batch.
  if (health.last_error.empty()) {
    log_.warn(result.error().message + "; " + std::to_string(batch.span_count) +
              " spans dropped, and more until it answers");
  }
  health.last_error = result.error().message;
}

bool ExportThread::flush(base::Deadline deadline) {
  std::unique_lock lock(mutex_);
  const std::uint64_t mine = ++flushes_wanted_;
  engine_.wake();
  return flushed_.wait_until(lock, deadline.at(), [&] { return flushes_done_ >= mine || stopped_; }) &&
         flushes_done_ >= mine;
}

bool ExportThread::shutdown(base::Deadline deadline) {
  bool in_time = false;
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    engine_.wake();
    in_time = flushed_.wait_until(lock, deadline.at(), [&] { return stopped_; });
  }
  if (!in_time) {
    for (const auto& exporter : exporters_) exporter->cancel();
  }
  if (thread_.joinable()) thread_.join();
  return in_time;
}

std::vector<ExporterHealth> ExportThread::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

}  // namespace container_kit::telemetry::delivery
