// kill_target NOTES DIR SERVICE: several threads that start and end spans as fast as they can, and note each
// end, until somebody kills them. See flight_kill_test.cpp.

#include <cstring>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "delivery/export_thread.h"
#include "protocol/otlp_request.h"
#include "support/kill_notes.h"
#include "trace/engine.h"

namespace telemetry = container_kit::telemetry;
using telemetry::test::KillNotes;

namespace {

std::uint64_t number_of(const telemetry::SpanId& id) {
  std::uint64_t number = 0;
  std::memcpy(&number, id.bytes.data(), sizeof number);
  return number;
}

// Delivers into the notes.
class NotingExporter : public telemetry::delivery::SpanExporter {
 public:
  explicit NotingExporter(KillNotes& notes) : notes_(notes) {}
  telemetry::delivery::SendResult send(std::string_view request, std::uint32_t span_count,
                                       telemetry::base::Deadline) override {
    notes_.last_batch.store(span_count);
    const auto resources = telemetry::protocol::read_otlp_traces(request);
    for (const auto& scope : resources->front().scopes) {
      for (const std::string_view span : scope.spans) {
        std::uint64_t id = 0;
        std::memcpy(&id, span.data() + telemetry::trace::kSpanIdAt, sizeof id);
        notes_.delivered.add(id);
      }
    }
    return {};
  }
  std::string name() const override { return "noting"; }
  std::string endpoint() const override { return "notes"; }

 private:
  KillNotes& notes_;
};

// Ends the span and notes it, unless it was dropped for want of room: a counted drop is no loss.
void end_and_note(telemetry::trace::Engine& engine, telemetry::Span& span, KillNotes::List& ended) {
  if (!span.is_recording()) return;
  const std::uint64_t dropped = engine.thread()->dropped.load();
  span.end();
  if (engine.thread()->dropped.load() == dropped) ended.add(number_of(span.context().span_id));
}

void work(telemetry::trace::Engine& engine, const telemetry::Tracer& tracer, KillNotes::List& ended) {
  for (std::uint64_t round = 0;; ++round) {
    telemetry::ActiveSpan outer = tracer.start_active_span("outer", {.attributes = {{"round", round}}});
    {
      telemetry::Span inner = tracer.start_span("inner");
      inner.add_event("event", {{"k", "v"}});
      inner.set_attribute("again", 1);
      inner.set_attribute("again", 2);
      if (round % 16 == 0) inner.set_attribute("large", std::string(round % 3 * 4000, 'x'));
      end_and_note(engine, inner, ended);
    }
    end_and_note(engine, outer, ended);
    if (round % 64 == 0) usleep(50);  // so that the exporter thread keeps up and little is dropped
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  const int file = open(arguments[1], O_RDWR | O_CLOEXEC);
  void* const memory = mmap(nullptr, sizeof(KillNotes), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (file < 0 || memory == MAP_FAILED) return 3;
  auto& notes = *static_cast<KillNotes*>(memory);

  telemetry::trace::EngineOptions options;
  options.flight_dir = arguments[2];
  options.service = arguments[3];
  options.flight_bytes = std::size_t{4} << 20;
  std::string problem;
  auto engine = telemetry::trace::Engine::create(options, &problem);
  if (!engine || !problem.empty()) return 4;
  telemetry::base::Log log(telemetry::LogLevel::kNone, {});
  std::vector<std::unique_ptr<telemetry::delivery::SpanExporter>> exporters;
  exporters.push_back(std::make_unique<NotingExporter>(notes));
  telemetry::delivery::ExportOptions export_options;
  export_options.schedule_delay = std::chrono::milliseconds(1);
  telemetry::delivery::ExportThread export_thread(**engine, std::move(export_options), std::move(exporters),
                                                  log);

  const telemetry::Tracer tracer(*engine, &(*engine)->mode(), (*engine)->register_scope({.name = "kill"}));
  std::vector<std::thread> threads;
  for (auto& ended : notes.ended)
    threads.emplace_back([&tracer, &ended, &engine] { work(**engine, tracer, ended); });
  notes.ready.store(1);
  for (std::thread& thread : threads) thread.join();
}
