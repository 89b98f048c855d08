// Our side: an engine with the export thread that drains it into nothing.
#pragma once

#include <memory>
#include <string>

#include "base/log.h"
#include "delivery/export_thread.h"
#include "trace/engine.h"
#include "tracing/received.h"

namespace container_kit::telemetry::bench {

class Ours {
 public:
  struct Options {
    Exporting exporting = Exporting::kHeld;
    bool sampled = true;
    bool enabled = true;
    std::string resource = {};  // a Resource message
    std::string endpoint = {};  // where the spans are sent by OTLP/HTTP; empty: nowhere
  };
  explicit Ours(const Options& options);
  ~Ours();
  Ours(const Ours&) = delete;
  Ours& operator=(const Ours&) = delete;

  const Tracer& tracer() const { return tracer_; }
  // Returns when all that has ended is exported.
  void flush();
  Received& received() { return received_; }
  std::uint64_t dropped() const { return engine_->totals().dropped; }
  bool uses_counter() const { return engine_->clock().is_calibrated(); }
  // The clock and the memory that it uses.
  std::string note() const;

 private:
  Received received_;
  base::Log log_{LogLevel::kNone, {}};
  std::string file_problem_;
  trace::Engine* engine_ = nullptr;
  std::unique_ptr<delivery::ExportThread> exporter_;
  Tracer tracer_;
};

}  // namespace container_kit::telemetry::bench
