// Context: what is current, as a value that can be carried from one thread to another.
//
// Each thread has a current Context: the span that new spans become children of, and the W3C trace state and
// baggage that travel with it. It is ambient: an ActiveSpan or an attached Context sets it for its scope.
// To take it elsewhere, capture and attach it:
//
//   pool.post([context = Context::current()] {
//     ContextScope scope{context};   // spans started here are children of the captured span
//     work();
//   });
//
// A Context does not keep its span alive: once that span has ended, calls that would add to it do nothing,
// while its ids still serve as a parent.
//
// Thread safety: a Context is a value; the current one belongs to its thread.
// Ownership: trace state and baggage are immutable and shared between copies.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <container_kit/telemetry/span_context.h>

namespace container_kit::telemetry {

namespace trace {
class Engine;
struct SpanStarter;
struct Slot;
}  // namespace trace

// One name of W3C baggage. `properties` is what followed the value, such as "ttl=30;public": it is handed on
// as it came.
struct BaggageMember {
  std::string name;
  std::string value;  // UTF-8, not encoded
  std::string properties = {};

  friend bool operator==(const BaggageMember&, const BaggageMember&) = default;
};

// In the order in which they were set; no name twice.
using Baggage = std::vector<BaggageMember>;

// What few contexts have: kept apart so that the others are cheap to copy.
struct ContextExtras {
  std::string trace_state;  // a valid tracestate header, or empty
  Baggage baggage;
  bool debug = false;  // B3's and Jaeger's debug flag came with the trace, and goes on with it
};

// A span that may still be recording: a slot of an engine, and the ticket that says whose the slot was then.
struct SpanRef {
  trace::Engine* engine = nullptr;
  trace::Slot* slot = nullptr;
  std::uint64_t ticket = 0;
};

class Context {
 public:
  Context() noexcept = default;
  // A context whose span is `span`, for instance one that arrived from another process.
  explicit Context(const SpanContext& span, std::shared_ptr<const ContextExtras> extras = nullptr) noexcept
      : span_(span), extras_(std::move(extras)) {}
  Context(const SpanContext& span, const SpanRef& ref, std::shared_ptr<const ContextExtras> extras) noexcept
      : span_(span), ref_(ref), extras_(std::move(extras)) {}

  // The calling thread's. The reference holds until the thread's current context changes; copy it to keep it.
  static const Context& current() noexcept;

  const SpanContext& span_context() const noexcept { return span_; }
  bool has_span() const noexcept { return span_.is_valid(); }
  const SpanRef& ref() const noexcept { return ref_; }

  std::string_view trace_state() const noexcept;
  const Baggage& baggage() const noexcept;
  const std::shared_ptr<const ContextExtras>& extras() const noexcept { return extras_; }
  // Of the baggage; nothing where there is no such name. The view holds as long as this Context.
  std::optional<std::string_view> baggage_value(std::string_view name) const noexcept;
  // A copy that also carries name=value, in place of an earlier value of that name. Allocates. Only names
  // that are tokens (RFC 9110 section 5.6.2) travel to other processes; an empty name is not set.
  [[nodiscard]] Context with_baggage(std::string_view name, std::string_view value,
                                     std::string_view properties = {}) const;
  [[nodiscard]] Context without_baggage(std::string_view name) const;
  // Whether the trace came with B3's or Jaeger's debug flag.
  bool is_debug() const noexcept { return extras_ && extras_->debug; }

 private:
  SpanContext span_;
  SpanRef ref_;
  std::shared_ptr<const ContextExtras> extras_;

  friend class Span;
  friend struct trace::SpanStarter;
};

namespace detail {

// The current context of this thread: one that lives in some scope, or the empty one. Trivial, so that
// reading it costs no guard, and it can be read at any point of a thread's life.
extern constinit thread_local const Context* current_context;

// Makes `next` the thread's current context, and returns what was.
inline const Context* exchange_context(const Context* next) noexcept {
  const Context* const previous = current_context;
  current_context = next;
  return previous;
}

// Ends a scope. Where another context is current the thread is not the scope's: it is a part of a suspended
// coroutine, which somebody destroys.
inline void leave_context(const Context* mine, const Context* previous) noexcept {
  if (current_context == mine) current_context = previous;
}

// Makes a Context that outlives this scope current for it, without a copy.
class [[nodiscard]] BorrowedContextScope {
 public:
  explicit BorrowedContextScope(const Context& context) noexcept
      : context_(&context), previous_(exchange_context(&context)) {}
  ~BorrowedContextScope() { leave_context(context_, previous_); }
  BorrowedContextScope(const BorrowedContextScope&) = delete;
  BorrowedContextScope& operator=(const BorrowedContextScope&) = delete;

 private:
  const Context* context_;
  const Context* previous_;
};

}  // namespace detail

inline const Context& Context::current() noexcept {
  return *detail::current_context;
}

// Makes a Context current for its own scope, on the thread that made it. Scopes nest.
class [[nodiscard]] ContextScope {
 public:
  explicit ContextScope(Context context) noexcept
      : context_(std::move(context)), previous_(detail::exchange_context(&context_)) {}
  ~ContextScope() { detail::leave_context(&context_, previous_); }
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;

 private:
  Context context_;
  const Context* previous_;
};

}  // namespace container_kit::telemetry
