#include <algorithm>
#include <utility>

#include <container_kit/telemetry/tracer.h>

#include "base/random.h"
#include "trace/engine.h"
#include "trace/span_hooks.h"
#include "trace/span_writer.h"

namespace container_kit::telemetry {
namespace {

using trace::Engine;
using trace::Slot;
using trace::ThreadState;

constexpr std::uint64_t kRandomBits = (std::uint64_t{1} << 56) - 1;

// Zero is no id; it comes once in 2^64 steps.
constexpr std::uint64_t nonzero(std::uint64_t word) noexcept {
  return word != 0 ? word : 1;
}

void put_words(TraceId& trace_id, std::uint64_t high, std::uint64_t low) noexcept {
  base::put_fixed(trace_id.bytes.data(), __builtin_bswap64(high));
  base::put_fixed(trace_id.bytes.data() + 8, __builtin_bswap64(low));
}

// Makes the slot this span's; it is published, as live, by the last two stores.
SpanRef occupy(Engine& engine, ThreadState& thread, const trace::SpanStart& start, const SpanOptions& options,
               std::uint16_t scope) noexcept {
  Slot& slot = *thread.slots[--thread.slot_count];
  slot.length.store(0, std::memory_order_relaxed);
  slot.block = 0;
  slot.capacity = trace::kInlineCapacity;
  slot.scope = scope;
  slot.flags = start.record_flags;
  slot.status = 0;
  slot.clear_counts();
  slot.last_ns = start.time;
  trace::SpanWriter writer(engine, slot);
  writer.begin(start);
  if (!options.attributes.empty()) writer.attributes(options.attributes);
  for (const Link& link : options.links) writer.link(link);
  writer.commit();
  const std::uint64_t ticket = slot.ticket.load(std::memory_order_relaxed) + 1;
  slot.ticket.store(ticket, std::memory_order_release);
  slot.state.store(trace::SlotState::kLive, std::memory_order_release);
  thread.started.add(1);
  return {&engine, &slot, ticket};
}

}  // namespace

// What is not on the straight path of start(): samplers, processors, the tail rule. Befriended by Span.
struct trace::SpanStarter {
  Engine& engine;
  const Context& parent;
  std::string_view name;
  const SpanOptions& options;
  std::uint16_t scope;

  // Records the span whose ids and flags are decided; one that records nothing where there is no room.
  Span record(const SpanContext& context, std::shared_ptr<const ContextExtras> extras,
              std::uint8_t flags) const noexcept {
    ThreadState* const thread = engine.thread();
    if (thread == nullptr || (thread->slot_count == 0 && !engine.refill_slots(*thread))) [[unlikely]] {
      engine.count_drop();
      return Span(context, SpanRef{}, extras);
    }
    const std::int64_t given = options.start_time.time_since_epoch().count();
    const std::int64_t time = given != 0 ? std::max(given, std::int64_t{0}) : engine.clock().now();
    const SpanContext& parent_span = parent.span_context();
    if (!parent_span.is_valid() || parent_span.is_remote) flags |= kLocalRoot;
    const std::string_view trace_state = extras ? std::string_view(extras->trace_state) : std::string_view();
    const SpanStart start{context, parent_span, trace_state, name, options.kind, time, flags};
    const SpanRef ref = occupy(engine, *thread, start, options, scope);
    return Span(context, ref, extras);
  }

  [[gnu::noinline, gnu::cold]] SamplingResult decide(const SpanContext& context,
                                                     std::uint64_t randomness) const noexcept {
    if (Sampler* const sampler = engine.sampler()) {
      return sampler->should_sample(
          {parent, context.trace_id, name, options.kind, options.attributes, options.links});
    }
    const bool sampled = parent.has_span() ? context.is_sampled() : randomness >= engine.root_threshold();
    return {sampled ? SamplingDecision::kRecordAndSample : SamplingDecision::kDrop, std::nullopt};
  }

  // The way of those spans that a sampler, a processor or the tail rule has a say in.
  [[gnu::noinline, gnu::cold]] Span start_with_extras(
      SpanContext context, std::uint64_t randomness,
      std::shared_ptr<const ContextExtras> extras) const noexcept {
    const SamplingResult result = decide(context, randomness);
    const auto random_bit = static_cast<unsigned>(context.flags) & static_cast<unsigned>(TraceFlags::kRandom);
    context.flags = static_cast<TraceFlags>(random_bit);
    std::uint8_t flags = 0;
    if (result.decision == SamplingDecision::kRecordAndSample) {
      context.flags = context.flags | TraceFlags::kSampled;
    } else if (engine.records_for_tail()) {
      flags = kTailPending;
    } else if (result.decision == SamplingDecision::kRecordOnly) {
      flags = kNotExported;
    } else {
      return Span(context, SpanRef{}, std::move(extras));
    }
    if (result.threshold && context.is_sampled()) {
      ContextExtras with_th{with_threshold(parent.trace_state(), *result.threshold), parent.baggage()};
      extras = std::make_shared<const ContextExtras>(std::move(with_th));
    }
    Span span = record(context, extras, flags);
    if (span.as_context().ref().slot != nullptr) run_on_start(engine, span, parent);
    return span;
  }

  // Where a sampler, a processor or the tail rule has a say.
  [[gnu::noinline, gnu::cold]] Span start_slowly() const noexcept {
    const base::RandomWords random = base::next_random_words();
    SpanContext context;
    if (parent.has_span()) {
      context.trace_id = parent.span_context().trace_id;
      context.flags = parent.span_context().flags;
    } else {
      put_words(context.trace_id, random.third, nonzero(random.first));
      context.flags = TraceFlags::kRandom;
    }
    base::put_fixed(context.span_id.bytes.data(), nonzero(random.second));
    return start_with_extras(context, nonzero(random.first) & kRandomBits, parent.extras());
  }

  Span start_root(const base::RandomWords& random) const noexcept {
    SpanContext context;
    put_words(context.trace_id, random.third, nonzero(random.first));
    base::put_fixed(context.span_id.bytes.data(), nonzero(random.second));
    context.flags = TraceFlags::kSampled | TraceFlags::kRandom;
    const auto& threshold = engine.root_extras();
    return record(context, threshold != nullptr ? threshold : parent.extras(), 0);
  }

  // A root that is not sampled: ids, and nothing else.
  static Span unsampled_root(const base::RandomWords& random, const Context& parent) noexcept {
    Span span;
    SpanContext& context = span.context_.span_;
    put_words(context.trace_id, random.third, nonzero(random.first));
    base::put_fixed(context.span_id.bytes.data(), nonzero(random.second));
    context.flags = TraceFlags::kRandom;
    if (parent.extras() != nullptr) [[unlikely]] {
      span.context_.extras_ = parent.extras();
    }
    return span;
  }

  // Precondition: the parent has a span. Follows its sampling.
  Span start_child() const noexcept {
    SpanContext context{parent.span_context().trace_id, {}, parent.span_context().flags, false};
    base::put_fixed(context.span_id.bytes.data(), nonzero(base::next_random()));
    if (!context.is_sampled()) return Span(context, SpanRef{}, parent.extras());
    return record(context, parent.extras(), 0);
  }
};

namespace {

constinit const Context kNoParent;

}  // namespace

constinit const SpanOptions Tracer::kDefaults;

Span Tracer::start(std::string_view name, const SpanOptions& options) const noexcept {
  const Context& parent = options.root                ? kNoParent
                          : options.parent != nullptr ? *options.parent
                                                      : Context::current();
  if (engine_->has_extras()) [[unlikely]] {
    return trace::SpanStarter{*engine_, parent, name, options, scope_}.start_slowly();
  }
  if (parent.has_span()) return trace::SpanStarter{*engine_, parent, name, options, scope_}.start_child();
  const base::RandomWords random = base::next_random_words();
  const std::uint64_t low = nonzero(random.first);  // its low 56 bits decide about sampling
  if ((low & kRandomBits) < engine_->root_threshold())
    return trace::SpanStarter::unsampled_root(random, parent);
  return trace::SpanStarter{*engine_, parent, name, options, scope_}.start_root(random);
}

}  // namespace container_kit::telemetry
