// The steps of an analysis as spans below that of the tool.
//
// Thread safety: for the thread that runs the tool. Ownership: `tracing` must outlive it.
#pragma once

#include <memory>
#include <string_view>

#include <container_kit/kit/analyze.h>
#include <container_kit/telemetry/manager.h>

namespace container_kit::kit {

class StepSpan : public StepScope {
 public:
  StepSpan(const telemetry::Tracing& tracing, std::string_view name) : span_(tracing.start_span(name)) {}
  void attribute(std::string_view key, std::int64_t value) override { span_.set_attribute(key, value); }

 private:
  telemetry::ActiveSpan span_;
};

class StepSpans : public StepObserver {
 public:
  explicit StepSpans(const telemetry::Tracing& tracing) : tracing_(tracing) {}
  std::unique_ptr<StepScope> begin(std::string_view name) override {
    return std::make_unique<StepSpan>(tracing_, name);
  }

 private:
  const telemetry::Tracing& tracing_;
};

}  // namespace container_kit::kit
