#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include <container_kit/telemetry/tracer.h>

#include "base/random.h"
#include "trace/engine.h"
#include "trace/span_hooks.h"
#include "trace/span_writer.h"

namespace container_kit::telemetry {
namespace {

constexpr std::uint64_t kRandomBits = (std::uint64_t{1} << 56) - 1;

// Zero is no id; it comes once in 2^64 steps.
constexpr std::uint64_t nonzero(std::uint64_t word) noexcept {
  return word != 0 ? word : 1;
}

// The ids of a span as the words that their bytes are in memory.
struct Ids {
  std::uint64_t trace_id_first;
  std::uint64_t trace_id_last;
  std::uint64_t span_id;
};

// A trace id whose last bytes are the random ones, as the specification's samplers expect.
Ids root_ids(const base::RandomWords& random) noexcept {
  return {__builtin_bswap64(random.third), __builtin_bswap64(nonzero(random.first)), nonzero(random.second)};
}

Ids child_ids(const SpanContext& parent) noexcept {
  return {base::load64(parent.trace_id.bytes.data()), base::load64(parent.trace_id.bytes.data() + 8),
          nonzero(base::next_seeded_words().first)};
}

void put_ids(SpanContext& context, const Ids& ids) noexcept {
  base::put_fixed(context.trace_id.bytes.data(), ids.trace_id_first);
  base::put_fixed(context.trace_id.bytes.data() + 8, ids.trace_id_last);
  base::put_fixed(context.span_id.bytes.data(), ids.span_id);
}

}  // namespace

// From the decision to a recording Span. Befriended by Span.
struct trace::SpanStarter {
  Engine& engine;
  const Context& parent;
  std::string_view name;
  const SpanOptions& options;
  std::uint16_t scope;

  // Records the span whose ids and flags are decided; one that records nothing where there is no room.
  // `recorded_parent` is null for a root.
  [[gnu::always_inline]] void record(Span& span, const Ids& ids, TraceFlags trace_flags,
                                     const SpanContext* recorded_parent, std::uint8_t flags) const noexcept {
    Context& context = span.context_;
    put_ids(context.span_, ids);
    context.span_.flags = trace_flags;
    ThreadState* const thread = engine.thread();
    if (thread == nullptr || (thread->slot_count == 0 && !engine.refill_slots(*thread))) [[unlikely]] {
      engine.count_drop();
      return;
    }
    const std::int64_t given = options.start_time.time_since_epoch().count();
    const std::int64_t time = given != 0 ? std::max(given, std::int64_t{0}) : engine.clock().now();
    if (recorded_parent == nullptr || recorded_parent->is_remote) flags |= kLocalRoot;
    const SpanStart start{ids.trace_id_first, ids.trace_id_last, ids.span_id, recorded_parent, time,
                          trace_flags,        options.kind};
    Slot& slot = *thread->slots[--thread->slot_count];
    slot.block = 0;
    slot.capacity = kInlineCapacity;
    slot.scope = scope;
    slot.flags = flags;
    slot.status = 0;
    slot.clear_counts();
    slot.last_ns = time;
    write(slot, start, context.extras_.get());
    // The slot is the span's: it is published, as live, by these two stores.
    const std::uint64_t ticket = slot.ticket.load(std::memory_order_relaxed) + 1;
    slot.ticket.store(ticket, std::memory_order_release);
    slot.state.store(SlotState::kLive, std::memory_order_release);
    thread->started.add(1);
    context.ref_ = {&engine, &slot, ticket};
  }

  [[gnu::always_inline]] void write(Slot& slot, const SpanStart& start,
                                    const ContextExtras* extras) const noexcept {
    SpanWriter writer(engine, slot, SpanWriter::Fresh{});
    writer.begin(start);
    if (extras != nullptr && !extras->trace_state.empty()) [[unlikely]] {
      writer.leave_for<&SpanWriter::trace_state>(extras->trace_state);
    }
    writer.name(name);
    const bool is_prepared = options.prepared != nullptr && writer.prepared(*options.prepared);
    if (!is_prepared && !options.attributes.empty()) {
      writer.leave_for<&SpanWriter::attributes>(options.attributes);
    }
    for (const Link& link : options.links) writer.leave_for<&SpanWriter::link>(link);
    writer.commit();
  }

  [[gnu::noinline, gnu::cold]] SamplingResult decide(const SpanContext& context,
                                                     std::uint64_t randomness) const noexcept {
    const SamplingParameters parameters{parent,       context.trace_id,   name,
                                        options.kind, options.attributes, options.links};
    Sampler* const sampler = engine.sampler();
    const SamplingResult result =
        sampler != nullptr ? sampler->should_sample(parameters) : decide_by_threshold(context, randomness);
    if (engine.decisions() != nullptr) engine.decisions()->decided(parameters, result);
    return result;
  }

  // Parent-based, roots by the engine's threshold, which those that pass it tell of.
  SamplingResult decide_by_threshold(const SpanContext& context, std::uint64_t randomness) const noexcept {
    const bool is_root = !parent.has_span();
    const std::uint64_t threshold = engine.root_threshold();
    const bool is_sampled = is_root ? randomness >= threshold : context.is_sampled();
    if (!is_sampled) return {};
    SamplingResult result{SamplingDecision::kRecordAndSample};
    if (is_root && threshold != kSampleAlways) result.threshold = threshold;
    return result;
  }

  // `parent` with another trace state: the rest goes on from the parent.
  [[gnu::noinline, gnu::cold]] static std::shared_ptr<const ContextExtras> with_trace_state(
      const ContextExtras* parent, std::string trace_state) {
    auto extras =
        parent != nullptr ? std::make_shared<ContextExtras>(*parent) : std::make_shared<ContextExtras>();
    extras->trace_state = std::move(trace_state);
    return extras;
  }

  // The way of those spans that a sampler, a processor or the tail rule has a say in.
  [[gnu::noinline, gnu::cold]] void start_judged(Span& span) const noexcept {
    const base::RandomWords random = base::next_seeded_words();
    const Ids ids = parent.has_span() ? child_ids(parent.span_context()) : root_ids(random);
    SpanContext& context = span.context_.span_;
    put_ids(context, ids);
    context.flags = parent.has_span() ? parent.span_context().flags : TraceFlags::kRandom;
    span.context_.extras_ = parent.extras();
    const SamplingResult result = decide(context, nonzero(random.first) & kRandomBits);
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
      return;
    }
    if (result.threshold && context.is_sampled()) {
      span.context_.extras_ =
          with_trace_state(parent.extras().get(), with_threshold(parent.trace_state(), *result.threshold));
    }
    record(span, ids, context.flags, parent.has_span() ? &parent.span_context() : nullptr, flags);
    if (span.context_.ref_.slot != nullptr) run_on_start(engine, span, parent);
  }

  [[gnu::always_inline]] void start_root(Span& span) const noexcept {
    const base::RandomWords random = base::next_seeded_words();
    if (const auto& extras = engine.root_extras() != nullptr ? engine.root_extras() : parent.extras())
        [[unlikely]] {
      span.context_.extras_ = extras;
      if (engine.root_extras() != nullptr && parent.extras() != nullptr) {
        span.context_.extras_ = with_trace_state(parent.extras().get(), engine.root_extras()->trace_state);
      }
    }
    record(span, root_ids(random), TraceFlags::kSampled | TraceFlags::kRandom, nullptr, 0);
  }

  // A root that is not sampled: ids, and nothing else.
  [[gnu::always_inline]] static void unsampled_root(Span& span, const base::RandomWords& random,
                                                    const Context& parent) noexcept {
    put_ids(span.context_.span_, root_ids(random));
    span.context_.span_.flags = TraceFlags::kRandom;
    if (parent.extras() != nullptr) [[unlikely]] {
      span.context_.extras_ = parent.extras();
    }
  }

  // Precondition: the parent has a span. Follows its sampling.
  [[gnu::always_inline]] void start_child(Span& span) const noexcept {
    if (parent.extras() != nullptr) [[unlikely]] {
      span.context_.extras_ = parent.extras();
    }
    const SpanContext& parent_span = parent.span_context();
    const Ids ids = child_ids(parent_span);
    if (parent_span.is_sampled()) {
      record(span, ids, parent_span.flags, &parent_span, 0);
    } else {
      put_ids(span.context_.span_, ids);
      span.context_.span_.flags = parent_span.flags;
    }
  }
};

namespace {

constinit const Context kNoParent;

const Context& parent_of(const SpanOptions& options) noexcept {
  if (options.root) return kNoParent;
  return options.parent != nullptr ? *options.parent : Context::current();
}

}  // namespace

constinit const std::atomic<TracingMode> Tracer::kOff{TracingMode::kOff};
constinit const SpanOptions Tracer::kDefaults;

[[gnu::noinline, gnu::cold]] void Tracer::seed_and_start(Span& span, std::string_view name,
                                                         const SpanOptions& options) const noexcept {
  base::seed_random(base::random_state);
  start_into(span, name, options);
}

[[gnu::noinline, gnu::cold]] void Tracer::start_judged(Span& span, std::string_view name,
                                                       const SpanOptions& options) const noexcept {
  if (!base::random_state.seeded) return seed_and_start(span, name, options);
  trace::SpanStarter{*engine_, parent_of(options), name, options, scope_}.start_judged(span);
}

// The straight path: no branch but for what is rare. Aligned, as the next: where its branches fall in their
// cache lines is worth half a nanosecond, and must not change with every edit elsewhere.
[[gnu::aligned(64)]] void Tracer::start_recording(Span& span, std::string_view name,
                                                  const SpanOptions& options) const noexcept {
  if (!base::random_state.seeded) [[unlikely]] {
    return seed_and_start(span, name, options);
  }
  const Context& parent = parent_of(options);
  const trace::SpanStarter starter{*engine_, parent, name, options, scope_};
  if (parent.has_span()) {
    starter.start_child(span);
  } else {
    starter.start_root(span);
  }
}

// Finds out what is not recorded at the cost of no more than that.
[[gnu::aligned(64)]] void Tracer::start_by_threshold(Span& span, std::string_view name,
                                                     const SpanOptions& options) const noexcept {
  if (!base::random_state.seeded) [[unlikely]] {
    return seed_and_start(span, name, options);
  }
  const Context& parent = parent_of(options);
  if (!parent.has_span()) {
    const base::RandomWords random = base::words_of(base::random_state);
    if ((nonzero(random.first) & kRandomBits) < engine_->root_threshold()) {
      base::advance(base::random_state);
      trace::SpanStarter::unsampled_root(span, random, parent);
      return;
    }
  }
  start_recording(span, name, options);  // a root draws the words that were looked at here
}

}  // namespace container_kit::telemetry
