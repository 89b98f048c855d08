// The peer: opentelemetry-cpp's SDK with its batch processor and the OTLP recordable, exported into nothing.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <opentelemetry/sdk/trace/exporter.h>
#include <opentelemetry/sdk/trace/tracer_provider.h>
#include <opentelemetry/trace/tracer.h>

#include "tracing/received.h"

namespace container_kit::telemetry::bench {

class Peer {
 public:
  struct Options {
    Exporting exporting = Exporting::kHeld;
    bool sampled = true;
    bool enabled = true;  // false: the API's no-op provider, which programs have until they set one
    std::size_t queue_size = 1 << 16;  // the default is 2048; batches have the default size
    // Makes the exporter; null: one that discards.
    std::function<std::unique_ptr<opentelemetry::sdk::trace::SpanExporter>()> exporter = nullptr;
  };
  explicit Peer(const Options& options);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  opentelemetry::trace::Tracer& tracer() { return *tracer_; }
  void hold() { gate_.close(); }
  // Lets the exporter go on, and returns when all that has ended is exported.
  void flush();
  Received& received() { return received_; }

  // The resource of every Peer, as a Resource message.
  static std::string resource_message();

 private:
  Gate gate_;
  Received received_;
  std::shared_ptr<opentelemetry::sdk::trace::TracerProvider> provider_;
  opentelemetry::nostd::shared_ptr<opentelemetry::trace::Tracer> tracer_;
};

}  // namespace container_kit::telemetry::bench
