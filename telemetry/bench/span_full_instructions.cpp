// span_full_instructions COUNT [privacy]: makes COUNT full spans and nothing else, to be run by valgrind
// --tool=callgrind; with `privacy`, under the rules of production. scripts/instructions.sh runs it with two
// counts: what differs between them is the spans'.
//
// Deterministic: the clock stands still, the buffer holds all the spans, and no exporter thread runs.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <container_kit/telemetry/tracer.h>

#include "privacy/filter.h"
#include "trace/engine.h"

namespace telemetry = container_kit::telemetry;

namespace {

void make_full_spans(const telemetry::Tracer& tracer, long count) noexcept {
  for (long i = 0; i < count; ++i) {
    telemetry::ActiveSpan span = tracer.start_active_span("analyze.repository");
    span.set_attributes({{"tool.name", "analyze"}, {"input.size", 4096}, {"dry_run", true}, {"score", 0.75}});
    span.add_event("input.validated");
  }
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int kDecimal = 10;
  const long count = argc > 1 ? std::strtol(argv[1], nullptr, kDecimal) : 0;
  telemetry::trace::EngineOptions options;
  telemetry::Config config;
  config.privacy.mode = telemetry::PrivacyMode::kOn;
  if (argc > 2 && std::string_view(argv[2]) == "privacy") {
    options.privacy = std::make_shared<const telemetry::privacy::Filter>(config);
  }
  options.clock = telemetry::base::Clock::Source::kManual;
  auto made = telemetry::trace::Engine::create(options);
  if (!made) return 1;
  telemetry::trace::Engine& engine = **made;
  constexpr std::int64_t kNow = 1'700'000'000'000'000'000;
  engine.clock().set(kNow);
  make_full_spans({&engine, &engine.mode(), engine.register_scope({"trace.bench", "1.0.0"})}, count);
  const telemetry::trace::Totals totals = engine.totals();
  if (totals.dropped != 0 || totals.ended != static_cast<std::uint64_t>(count)) {
    std::fprintf(stderr, "%ld spans do not fit into the flight buffer\n", count);
    return 1;
  }
  return 0;
}
