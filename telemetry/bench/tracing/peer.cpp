#include "tracing/peer.h"

#include <chrono>
#include <utility>
#include <vector>

#include <google/protobuf/arena.h>
#include <opentelemetry/exporters/otlp/otlp_recordable.h>
#include <opentelemetry/exporters/otlp/otlp_recordable_utils.h>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>
#include <opentelemetry/sdk/resource/resource.h>
#include <opentelemetry/sdk/trace/batch_span_processor.h>
#include <opentelemetry/sdk/trace/exporter.h>
#include <opentelemetry/sdk/trace/samplers/always_off.h>
#include <opentelemetry/sdk/trace/samplers/always_on.h>
#include <opentelemetry/trace/noop.h>

#include "tracing/workload.h"

namespace container_kit::telemetry::bench {
namespace {

namespace otlp = opentelemetry::exporter::otlp;
namespace sdk = opentelemetry::sdk;
using Request = opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;
using Recordables = opentelemetry::nostd::span<std::unique_ptr<sdk::trace::Recordable>>;

class DiscardingExporter final : public sdk::trace::SpanExporter {
 public:
  DiscardingExporter(Exporting exporting, Gate& gate, Received& received)
      : exporting_(exporting), gate_(gate), received_(received) {}

  std::unique_ptr<sdk::trace::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<otlp::OtlpRecordable>();
  }
  sdk::common::ExportResult Export(const Recordables& spans) noexcept override {
    gate_.pass();
    const bool sample = received_.take_sample_wanted();
    if (exporting_ == Exporting::kRequests || sample) assemble(spans);
    if (sample) received_.keep_sample({body_.begin(), body_.end()});
    received_.add(spans.size());
    return sdk::common::ExportResult::kSuccess;
  }
  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }

 private:
  // What its own OTLP/HTTP exporter does before it sends: the request on an arena, and its bytes in a vector.
  void assemble(const Recordables& spans) {
    google::protobuf::ArenaOptions options;
    options.initial_block_size = 1024;
    options.max_block_size = 65'536;
    google::protobuf::Arena arena(options);
    auto* const request = google::protobuf::Arena::CreateMessage<Request>(&arena);
    otlp::OtlpRecordableUtils::PopulateRequest(spans, request);
    body_.resize(request->ByteSizeLong());
    request->SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(body_.data()));
  }

  Exporting exporting_;
  Gate& gate_;
  Received& received_;
  std::vector<char> body_;
};

sdk::resource::Resource make_resource() {
  return sdk::resource::Resource::Create({{"service.name", "trace-bench"}});
}

std::unique_ptr<sdk::trace::Sampler> make_sampler(bool sampled) {
  if (sampled) return std::make_unique<sdk::trace::AlwaysOnSampler>();
  return std::make_unique<sdk::trace::AlwaysOffSampler>();
}

}  // namespace

Peer::Peer(const Options& options) {
  if (!options.enabled) {
    opentelemetry::trace::NoopTracerProvider none;
    tracer_ = static_cast<opentelemetry::trace::TracerProvider&>(none).GetTracer(kScopeName, kScopeVersion);
    return;
  }
  sdk::trace::BatchSpanProcessorOptions batching;
  batching.max_queue_size = options.queue_size;
  batching.schedule_delay_millis = std::chrono::hours(1);  // only full batches and flushes export
  std::unique_ptr<sdk::trace::SpanExporter> exporter =
      options.exporter ? options.exporter()
                       : std::make_unique<DiscardingExporter>(options.exporting, gate_, received_);
  provider_ = std::make_shared<sdk::trace::TracerProvider>(
      std::make_unique<sdk::trace::BatchSpanProcessor>(std::move(exporter), batching), make_resource(),
      make_sampler(options.sampled));
  tracer_ = provider_->GetTracer(kScopeName, kScopeVersion);
}

Peer::~Peer() {
  flush();
}

void Peer::flush() {
  gate_.open();
  if (provider_ != nullptr) provider_->ForceFlush();
}

std::string Peer::resource_message() {
  const sdk::resource::Resource resource = make_resource();
  otlp::OtlpRecordable recordable;
  recordable.SetResource(resource);
  return recordable.ProtoResource().SerializeAsString();
}

}  // namespace container_kit::telemetry::bench
