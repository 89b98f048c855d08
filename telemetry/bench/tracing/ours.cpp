#include "tracing/ours.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <utility>
#include <vector>

#include "delivery/http_exporter.h"
#include "trace/flight_file.h"
#include "tracing/workload.h"

namespace container_kit::telemetry::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kLongest{60'000};

class DiscardingExporter : public delivery::SpanExporter {
 public:
  explicit DiscardingExporter(Received& received) : received_(received) {}

  delivery::SendResult send(std::string_view request, std::uint32_t span_count, base::Deadline) override {
    if (received_.take_sample_wanted()) received_.keep_sample(std::string(request));
    received_.add(span_count);
    return {};
  }
  std::string name() const override { return "discarding"; }
  std::string endpoint() const override { return {}; }

 private:
  Received& received_;
};

// As a Manager makes it, with the flight buffer in a file in memory.
trace::Engine& make_engine(const Ours::Options& options, std::string& file_problem) {
  trace::EngineOptions engine_options;
  engine_options.flight_dir = trace::default_flight_dir();
  engine_options.service = "trace-bench";
  engine_options.resource = options.resource;
  // Held: nothing wakes the export thread but a flush.
  if (options.exporting == Exporting::kHeld) engine_options.batch_spans = UINT32_MAX;
  engine_options.root_threshold = options.sampled ? trace::kSampleAlways : trace::kSampleNever;
  auto engine = trace::Engine::create(engine_options, &file_problem);
  if (!engine) {
    std::fprintf(stderr, "%s\n", engine.error().message.c_str());
    std::exit(1);
  }
  return **engine;
}

void await_calibration(trace::Engine& engine) {
  if (engine.clock().source() != base::Clock::Source::kTimeStampCounter) return;
  const auto deadline = steady_clock::now() + std::chrono::seconds(5);
  while (!engine.clock().is_calibrated() && steady_clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(1));
  }
}

}  // namespace

Ours::Ours(const Options& options) : engine_(&make_engine(options, file_problem_)) {
  std::vector<std::unique_ptr<delivery::SpanExporter>> exporters;
  if (options.endpoint.empty()) {
    exporters.push_back(std::make_unique<DiscardingExporter>(received_));
  } else {
    OtlpOptions otlp;
    otlp.endpoint = options.endpoint;
    exporters.push_back(std::make_unique<delivery::HttpExporter>(
        config::Signal::kTraces, delivery::HttpFormat::kOtlpProtobuf, std::move(otlp)));
  }
  delivery::ExportOptions export_options;
  export_options.schedule_delay = std::chrono::hours(1);  // only full batches and flushes export
  export_options.resource = options.resource;
  exporter_ = std::make_unique<delivery::ExportThread>(*engine_, std::move(export_options),
                                                       std::move(exporters), log_);
  await_calibration(*engine_);
  if (!options.enabled) engine_->stop_accepting();
  tracer_ = Tracer(engine_, &engine_->mode(), engine_->register_scope({kScopeName, kScopeVersion}));
}

std::string Ours::note() const {
  const bool in_file = file_problem_.empty() && !trace::default_flight_dir().empty();
  return std::string(uses_counter() ? "time-stamp counter" : "clock_gettime") +
         (in_file ? "; flight buffer in a file" : "; flight buffer in anonymous memory " + file_problem_);
}

Ours::~Ours() {
  flush();
  exporter_.reset();
  engine_->close();
}

void Ours::flush() {
  if (exporter_->flush(base::Deadline::after(kLongest))) return;
  std::fputs("the flush did not end\n", stderr);
  std::exit(1);
}

}  // namespace container_kit::telemetry::bench
