#include "trace/span_hooks.h"

#include <cstring>

#include "trace/slot_claim.h"

namespace container_kit::telemetry::trace {
namespace {

// What a processor throws stays there: the host's span must not fail for it.
template <typename Call>
void each_processor(Engine& engine, Call call) noexcept {
  for (const SpanProcessorPtr& processor : engine.processors()) {
    try {
      call(*processor);
    } catch (...) {
      engine.count_processor_failure();
    }
  }
}

// The ids as they stand at the beginning of the span's bytes.
SpanContext read_context(const SpanRef& ref) noexcept {
  SpanContext context;
  const SlotClaim claim(ref);
  if (!claim) return context;
  const std::uint8_t* const bytes = ref.engine->buffer().slot_bytes(*claim);
  std::memcpy(context.trace_id.bytes.data(), bytes + kTraceIdAt, 16);
  std::memcpy(context.span_id.bytes.data(), bytes + kSpanIdAt, 8);
  context.flags = static_cast<TraceFlags>(bytes[kFlagsAt]);
  return context;
}

}  // namespace

BorrowedSpan::BorrowedSpan(const SpanRef& ref) noexcept : span_(read_context(ref), ref, nullptr) {}

BorrowedSpan::~BorrowedSpan() {
  span_.forget();
}

void run_on_start(Engine& engine, Span& span, const Context& parent) noexcept {
  each_processor(engine, [&](SpanProcessor& processor) { processor.on_start(span, parent); });
}

void run_on_ending(const SpanRef& ref) noexcept {
  BorrowedSpan borrowed(ref);
  each_processor(*ref.engine, [&](SpanProcessor& processor) { processor.on_ending(borrowed.span()); });
}

void run_on_end(Engine& engine, std::string_view bytes) noexcept {
  const auto span = read_span(bytes);
  if (!span) return;
  each_processor(engine, [&](SpanProcessor& processor) { processor.on_end(*span); });
}

}  // namespace container_kit::telemetry::trace
