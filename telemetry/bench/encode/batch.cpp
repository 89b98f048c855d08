#include "encode/batch.h"

#include <cstdio>
#include <cstdlib>

#include <container_kit/telemetry/tracer.h>

#include "trace/engine.h"
#include "trace/flight_reader.h"
#include "trace/key_value.h"

namespace container_kit::telemetry::bench {
namespace {

std::string make_resource() {
  constexpr std::uint8_t kFirstField = 0x0A;
  const Attribute attributes[] = {{"service.name", "container-kit"},
                                  {"service.version", "0.1.0"},
                                  {"deployment.environment.name", "production"},
                                  {"host.name", "build-7.example.org"},
                                  {"telemetry.sdk.language", "cpp"}};
  std::string out;
  for (const Attribute& attribute : attributes) {
    std::uint8_t buffer[trace::kMostOfShort];
    const std::uint8_t* const end = trace::put_key_value(buffer, kFirstField, attribute, {});
    out.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(end - buffer));
  }
  return out;
}

void make_spans(const Tracer& tracer) {
  const ActiveSpan root = tracer.start_active_span("pipeline.build");
  for (std::size_t i = 0; i < kSpansInBatch; ++i) {
    ActiveSpan span = tracer.start_active_span("analyze.repository");
    span.set_attributes({{"tool.name", "analyze"}, {"input.size", 4096}, {"dry_run", true}, {"score", 0.75}});
    span.add_event("input.validated");
  }
}

}  // namespace

Batch::Batch() : resource_(make_resource()) {
  auto made = trace::Engine::create({});
  if (!made) {
    std::fprintf(stderr, "%s\n", made.error().message.c_str());
    std::exit(1);
  }
  trace::Engine& engine = **made;
  const std::uint16_t scope = engine.register_scope({"trace.bench", "1.0.0"});
  make_spans({&engine, &engine.mode(), scope});
  trace::FlightReader reader(engine);
  std::vector<trace::FinishedSpan> finished;
  while (finished.size() < kSpansInBatch && reader.collect(finished, kSpansInBatch)) {
  }
  for (const trace::FinishedSpan& span : finished) {
    spans_.emplace_back(reinterpret_cast<const char*>(span.bytes), span.size);
  }
  scopes_.push_back({engine.scope(scope).message, {}, {spans_.begin(), spans_.end()}});
}

}  // namespace container_kit::telemetry::bench
