// Any bytes as headers of every format: read without harm, kept within the limits, and written so that
// reading them again gives the same.
#include <cstdlib>
#include <string>
#include <string_view>

#include <container_kit/telemetry/instrumented_http_client.h>
#include <container_kit/telemetry/propagation.h>

namespace {

using container_kit::telemetry::Context;
using container_kit::telemetry::HeaderList;
using container_kit::telemetry::PropagationFormat;
using container_kit::telemetry::Propagator;

constexpr const char* kNames[] = {"traceparent",   "tracestate",  "baggage",      "b3",
                                  "x-b3-traceid",  "x-b3-spanid", "x-b3-sampled", "x-b3-flags",
                                  "uber-trace-id", "uberctx-user"};

void demand(bool right) {
  if (!right) std::abort();
}

// Lines: the first byte chooses the header, the rest is its value.
HeaderList headers_of(std::string_view input) {
  HeaderList headers;
  while (!input.empty()) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    if (end > 0) {
      const std::string_view name = kNames[static_cast<unsigned char>(input[0]) % std::size(kNames)];
      headers.add(name, input.substr(1, end - 1));
    }
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  return headers;
}

void check(PropagationFormat format, const HeaderList& headers) {
  const Propagator propagator{format};
  const Context context = propagator.extract(headers);
  demand(context.baggage().size() <= 64);
  HeaderList written;
  propagator.inject(context, written);
  for (const auto& [name, value] : written) {
    // A tab may stand in the properties of baggage.
    for (const char c : name + value) demand(c == '\t' || (c >= 0x20 && c < 0x7F));
    demand(value.size() <= 16'384);
  }
  const Context again = propagator.extract(written);
  demand(again.span_context() == context.span_context());
  demand(again.trace_state() == context.trace_state());
  demand(again.is_debug() == context.is_debug());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const HeaderList headers = headers_of(input);
  for (const PropagationFormat format :
       {PropagationFormat::kTraceContext, PropagationFormat::kBaggage, PropagationFormat::kB3,
        PropagationFormat::kB3Multi, PropagationFormat::kJaeger}) {
    check(format, headers);
  }
  const std::string once = container_kit::telemetry::redact_url(input);
  demand(container_kit::telemetry::redact_url(once) == once);
  return 0;
}
