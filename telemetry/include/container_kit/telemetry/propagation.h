// Propagation: a Context as headers, out of one process and into the next.
//
//   telemetry::HeaderList headers;
//   tm.propagator().inject(telemetry::Context::current(), headers);       // the client
//
//   const telemetry::Context parent = tm.propagator().extract(request);   // the server
//   auto operation = tm.begin_http_request("GET", "/items", parent);
//
// A carrier is any type with get() or set(): see HeaderSource and HeaderSink in detail/carrier.h. HeaderList
// is one; environment_carrier.h has those for child processes, http_client.h the one for libcurl.
//
// What is malformed never harms a request. A traceparent that cannot be read is as good as none: the trace
// restarts, and tracestate is not looked at. A tracestate that cannot be read is dropped by itself. Of
// baggage, what is malformed is skipped, and what goes beyond 64 members or 8192 bytes is left behind.
//
// Thread safety: values and pure functions.
// Ownership: an extracted Context owns what it was read from.
// Sources: W3C Trace Context Level 2; W3C Baggage; openzipkin/b3-propagation; the Jaeger client libraries'
// format.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <container_kit/telemetry/context.h>
#include <container_kit/telemetry/detail/carrier.h>
#include <container_kit/telemetry/propagation_format.h>

namespace container_kit::telemetry {

// 00-<32 hex>-<16 hex>-<2 hex>
using TraceParentText = std::array<char, 55>;

// The context that the headers speak of; one without a span where traceparent is malformed or empty.
Context extract_trace_context(std::string_view traceparent, std::string_view tracestate = {});
// The traceparent header for a request made in the name of `span`. Precondition: span.is_valid().
TraceParentText format_traceparent(const SpanContext& span) noexcept;

// Several formats as one: writes all of them, and reads them in order, a later one's span winning.
class Propagator {
 public:
  // W3C Trace Context and Baggage.
  Propagator() noexcept;
  // Each format once; none: nothing is read or written.
  explicit Propagator(std::span<const PropagationFormat> formats) noexcept;
  Propagator(std::initializer_list<PropagationFormat> formats) noexcept
      : Propagator(std::span<const PropagationFormat>(formats.begin(), formats.size())) {}

  // What the carrier speaks of, laid over `onto`. Headers that are absent or malformed change nothing, and so
  // does a carrier that throws. Allocates only for tracestate and baggage.
  template <HeaderSource C>
  Context extract(const C& carrier, const Context& onto = {}) const noexcept {
    return extract_from(detail::HeaderReader(carrier), onto);
  }

  // Sets the headers that speak of `context`: none for its span where it has none. What the carrier throws is
  // swallowed, and the rest is left out. Allocates only for baggage.
  template <HeaderSink C>
  void inject(const Context& context, C& carrier) const noexcept {
    inject_into(detail::HeaderWriter(carrier), context);
  }

  std::span<const PropagationFormat> formats() const noexcept { return {formats_.data(), count_}; }
  // The names of the headers that inject() may set, for carriers that are used again and must be cleared
  // first.
  std::vector<std::string_view> fields() const;

 private:
  Context extract_from(const detail::HeaderReader& reader, const Context& onto) const noexcept;
  void inject_into(const detail::HeaderWriter& writer, const Context& context) const noexcept;

  std::array<PropagationFormat, 5> formats_{};
  std::uint8_t count_ = 0;
};

// Headers in order, names compared without case: a carrier for whoever has none.
class HeaderList {
 public:
  HeaderList() = default;
  HeaderList(std::initializer_list<std::pair<std::string, std::string>> headers) : headers_(headers) {}

  // The first of that name; empty where there is none.
  std::string_view get(std::string_view name) const noexcept;
  template <typename F>
  void get_all(std::string_view name, F&& visit) const {
    for (const auto& [its_name, value] : headers_) {
      if (is_same_name(its_name, name)) visit(std::string_view(value));
    }
  }
  template <typename F>
  void for_each(F&& visit) const {
    for (const auto& [name, value] : headers_) visit(std::string_view(name), std::string_view(value));
  }
  // In place of all earlier ones of that name.
  void set(std::string_view name, std::string_view value);
  void add(std::string_view name, std::string_view value) { headers_.emplace_back(name, value); }

  auto begin() const noexcept { return headers_.begin(); }
  auto end() const noexcept { return headers_.end(); }
  std::size_t size() const noexcept { return headers_.size(); }

  // ASCII, without case.
  static bool is_same_name(std::string_view a, std::string_view b) noexcept;

 private:
  std::vector<std::pair<std::string, std::string>> headers_;
};

}  // namespace container_kit::telemetry
