// One pair of functions a format: what it reads out of a carrier, and what it writes into one.
//
// Reading and writing may throw what the carrier throws, or std::bad_alloc; the Propagator catches both.
#pragma once

#include <string_view>

#include <container_kit/telemetry/context.h>
#include <container_kit/telemetry/detail/carrier.h>

#include "base/ascii.h"

namespace container_kit::telemetry::propagation {

using base::trim;
using detail::HeaderReader;
using detail::HeaderWriter;

// What has been read so far. A format that finds a span puts its own trace state and debug flag beside it.
struct Extracted {
  SpanContext span;  // invalid: none was found
  std::string trace_state;
  bool debug = false;
  Baggage baggage;  // empty: none was found
};

void read_trace_context(const HeaderReader& reader, Extracted& into);
void write_trace_context(const Context& context, const HeaderWriter& writer);

void read_baggage(const HeaderReader& reader, Extracted& into);
void write_baggage(const Context& context, const HeaderWriter& writer);

// Both of B3's forms are read, the single header first, whichever is written.
void read_b3(const HeaderReader& reader, Extracted& into);
void write_b3_single(const Context& context, const HeaderWriter& writer);
void write_b3_multi(const Context& context, const HeaderWriter& writer);

void read_jaeger(const HeaderReader& reader, Extracted& into);
void write_jaeger(const Context& context, const HeaderWriter& writer);

// The baggage limits of the W3C, which Jaeger's uberctx-* are held to as well.
constexpr std::size_t kMaxBaggageMembers = 64;
constexpr std::size_t kMaxBaggageBytes = 8192;

// Adds a member in place of an earlier one of that name.
void put_baggage(Baggage& baggage, BaggageMember member);

}  // namespace container_kit::telemetry::propagation
