// Calling the configured span processors. All cold: only engines that have processors come here.
#pragma once

#include <string_view>

#include "trace/engine.h"

namespace container_kit::telemetry::trace {

// A Span for somebody who has but its SpanRef; it does not end the span. Befriended by Span.
class BorrowedSpan {
 public:
  explicit BorrowedSpan(const SpanRef& ref) noexcept;
  ~BorrowedSpan();
  BorrowedSpan(const BorrowedSpan&) = delete;
  BorrowedSpan& operator=(const BorrowedSpan&) = delete;
  Span& span() noexcept { return span_; }

 private:
  Span span_;
};

void run_on_start(Engine& engine, Span& span, const Context& parent) noexcept;
// Before the span of `ref` ends.
void run_on_ending(const SpanRef& ref) noexcept;
// `bytes` is the finished Span message.
void run_on_end(Engine& engine, std::string_view bytes) noexcept;

}  // namespace container_kit::telemetry::trace
