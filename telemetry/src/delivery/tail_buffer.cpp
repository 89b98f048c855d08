#include "delivery/tail_buffer.h"

#include <cstring>

namespace container_kit::telemetry::delivery {
namespace {

TraceId trace_id_of(const trace::FinishedSpan& span) {
  TraceId id;
  std::memcpy(id.bytes.data(), span.bytes + trace::kTraceIdAt, id.bytes.size());
  return id;
}

std::int64_t time_at(const trace::FinishedSpan& span, std::size_t offset) {
  std::int64_t time = 0;
  std::memcpy(&time, span.bytes + offset, sizeof time);
  return time;
}

}  // namespace

std::vector<trace::FinishedSpan> TailBuffer::filter(const std::vector<trace::FinishedSpan>& spans) {
  released_.clear();
  if (!rule_.enabled) return spans;
  std::vector<trace::FinishedSpan> out;
  for (const trace::FinishedSpan& span : spans) {
    if ((span.flags & trace::kTailPending) != 0) {
      take(span, out);
    } else {
      out.push_back(span);
    }
  }
  return out;
}

bool TailBuffer::is_wanted(const trace::FinishedSpan& root) const {
  const std::int64_t duration = time_at(root, trace::kEndTimeAt) - time_at(root, trace::kStartTimeAt);
  return (root.flags & trace::kFailed) != 0 || duration > rule_.slower_than.count();
}

void TailBuffer::take(const trace::FinishedSpan& span, std::vector<trace::FinishedSpan>& out) {
  const TraceId id = trace_id_of(span);
  Kept kept{std::string(reinterpret_cast<const char*>(span.bytes), span.size), span.scope, span.flags};
  if (const auto decision = decided_.find(id); decision != decided_.end()) {
    if (decision->second) {
      release(std::move(kept), out);
    } else {
      discarded_.fetch_add(1, std::memory_order_relaxed);
    }
    return;
  }
  const auto [trace, is_new] = waiting_traces_.try_emplace(id);
  if (is_new) order_.push_back(id);
  const bool is_root = (span.flags & trace::kLocalRoot) != 0;
  const bool wanted = is_root && is_wanted(span);
  trace->second.bytes += kept.bytes.size();
  bytes_ += kept.bytes.size();
  trace->second.spans.push_back(std::move(kept));
  waiting_.fetch_add(1, std::memory_order_relaxed);
  if (is_root) {
    decide(id, wanted, out);
  } else {
    make_room();
  }
}

void TailBuffer::decide(const TraceId& id, bool keep, std::vector<trace::FinishedSpan>& out) {
  const auto trace = waiting_traces_.find(id);
  const std::size_t count = trace->second.spans.size();
  waiting_.fetch_sub(count, std::memory_order_relaxed);
  if (keep) {
    for (Kept& kept : trace->second.spans) release(std::move(kept), out);
  } else {
    discarded_.fetch_add(count, std::memory_order_relaxed);
  }
  bytes_ -= trace->second.bytes;
  waiting_traces_.erase(trace);
  std::erase(order_, id);
  decided_[id] = keep;
  decided_order_.push_back(id);
  if (decided_order_.size() > kRemembered) {
    decided_.erase(decided_order_.front());
    decided_order_.pop_front();
  }
}

void TailBuffer::release(Kept kept, std::vector<trace::FinishedSpan>& out) {
  const std::string& bytes = released_.emplace_back(std::move(kept.bytes));
  trace::FinishedSpan span{};
  span.bytes = reinterpret_cast<const std::uint8_t*>(bytes.data());
  span.size = static_cast<std::uint32_t>(bytes.size());
  span.scope = kept.scope;
  span.flags = kept.flags;
  out.push_back(span);
}

void TailBuffer::make_room() {
  while (bytes_ > rule_.max_bytes && !order_.empty()) {
    const auto oldest = waiting_traces_.find(order_.front());
    order_.pop_front();
    const std::size_t count = oldest->second.spans.size();
    waiting_.fetch_sub(count, std::memory_order_relaxed);
    evicted_.fetch_add(count, std::memory_order_relaxed);
    bytes_ -= oldest->second.bytes;
    waiting_traces_.erase(oldest);
  }
}

}  // namespace container_kit::telemetry::delivery
