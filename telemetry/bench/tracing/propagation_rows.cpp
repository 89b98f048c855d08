// What it costs to take a context along: onto another thread, out of a header, into one.
#include <cstring>
#include <string>

#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/trace/context.h>
#include <opentelemetry/trace/propagation/http_trace_context.h>

#include <container_kit/telemetry/bind_context.h>
#include <container_kit/telemetry/propagation.h>

#include "tracing/rows.h"

namespace container_kit::telemetry::bench {
namespace {

namespace theirs {
using opentelemetry::context::Context;
using opentelemetry::context::RuntimeContext;
using opentelemetry::context::propagation::TextMapCarrier;
using opentelemetry::nostd::string_view;
using opentelemetry::trace::propagation::HttpTraceContext;
}  // namespace theirs

constexpr int kRepetitions = 41;
constexpr int kBurst = 65'536;
constexpr std::string_view kParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

// The cheapest carrier: one header, in place. The compiler must not see through it.
struct OneHeader {
  std::string_view name = "traceparent";
  char value[64] = {};
  std::size_t size = 0;

  void put(std::string_view text) {
    std::memcpy(value, text.data(), text.size());
    size = text.size();
  }
  std::string_view text() const { return {value, size}; }
  [[gnu::noinline]] std::string_view get(std::string_view wanted) const {
    return wanted == name ? text() : std::string_view();
  }
  [[gnu::noinline]] void set(std::string_view given, std::string_view text) {
    if (given == name) put(text);
  }
};

struct TheirCarrier : theirs::TextMapCarrier {
  OneHeader header;
  theirs::string_view Get(theirs::string_view key) const noexcept override {
    const std::string_view value = header.get({key.data(), key.size()});
    return {value.data(), value.size()};
  }
  void Set(theirs::string_view key, theirs::string_view value) noexcept override {
    header.set({key.data(), key.size()}, {value.data(), value.size()});
  }
};

template <typename T>
void keep(const T& value) {
  asm volatile("" : : "r"(&value) : "memory");
}

template <typename F>
void many(F&& once) {
  for (int count = 0; count < kBurst; ++count) once();
}

Row measure(const char* name, double most, const std::function<void()>& ours,
            const std::function<void()>& peers) {
  Row row{.name = name};
  ours();  // what is made once, at the first use
  const std::uint64_t before = allocations_of_this_thread();
  ours();
  const std::uint64_t allocations = allocations_of_this_thread() - before;
  const Samples samples = take_turns(Stopwatch::kThreadProcessor, kRepetitions, kBurst, {[] {}, ours, [] {}},
                                     {[] {}, peers, [] {}});
  row.our_samples = samples.ours;
  row.their_samples = samples.theirs;
  row.ours = median(samples.ours);
  row.theirs = median(samples.theirs);
  row.note = "processor time of the calling thread; ours allocated " + std::to_string(allocations) + " times";
  if (allocations != 0) row.failure = "ours allocated " + std::to_string(allocations) + " times";
  row.want_at_most(most);
  return row;
}

Context our_context() {
  return extract_trace_context(kParent);
}

theirs::Context their_context() {
  TheirCarrier carrier;
  carrier.header.put(kParent);
  theirs::Context root;
  return theirs::HttpTraceContext().Extract(carrier, root);
}

}  // namespace

// Capture what is current, and make it current, as a task of a pool does.
Row context_attach_row() {
  const ContextScope outer{our_context()};
  const auto their_outer = theirs::RuntimeContext::Attach(their_context());
  constexpr double kMost = 5;
  return measure(
      "context_attach", kMost,
      [] {
        many([] {
          const Context captured = Context::current();
          keep(captured);
          const detail::BorrowedContextScope scope{captured};
          keep(Context::current());
        });
      },
      [] {
        many([] {
          const theirs::Context captured = theirs::RuntimeContext::GetCurrent();
          keep(captured);
          const auto token = theirs::RuntimeContext::Attach(captured);
          keep(token);
        });
      });
}

Row traceparent_extract_row() {
  OneHeader our_carrier;
  our_carrier.put(kParent);
  TheirCarrier their_carrier;
  their_carrier.header.put(kParent);
  const Propagator ours;
  theirs::HttpTraceContext peers;
  constexpr double kMost = 60;
  Row row = measure(
      "traceparent_extract", kMost,
      [&] {
        many([&] {
          const Context context = ours.extract(our_carrier);
          keep(context);
        });
      },
      [&] {
        many([&] {
          theirs::Context root;
          const theirs::Context context = peers.Extract(their_carrier, root);
          keep(context);
        });
      });
  theirs::Context root;
  const auto theirs_read =
      opentelemetry::trace::GetSpan(peers.Extract(their_carrier, root))->GetContext().span_id();
  if (std::memcmp(theirs_read.Id().data(), ours.extract(our_carrier).span_context().span_id.bytes.data(),
                  8) != 0) {
    row.failure = "ours reads another span than the peer";
  }
  row.note += "; ours looks for baggage as well";
  return row;
}

Row traceparent_inject_row() {
  const Context our_span = our_context();
  const theirs::Context their_span = their_context();
  OneHeader our_carrier;
  TheirCarrier their_carrier;
  const Propagator ours;
  theirs::HttpTraceContext peers;
  constexpr double kMost = 60;
  Row row = measure(
      "traceparent_inject", kMost,
      [&] {
        many([&] {
          ours.inject(our_span, our_carrier);
          keep(our_carrier);
        });
      },
      [&] {
        many([&] {
          peers.Inject(their_carrier, their_span);
          keep(their_carrier);
        });
      });
  if (our_carrier.text() != kParent || their_carrier.header.text() != kParent) {
    row.failure = "one side writes another header";
  }
  return row;
}

}  // namespace container_kit::telemetry::bench
