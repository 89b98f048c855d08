// An engine with an export thread that keeps everything in memory.
#pragma once

#include <memory>

#include <gtest/gtest.h>

#include "delivery/export_thread.h"
#include "support/memory_exporter.h"

namespace container_kit::telemetry::test {

class EngineFixture : public ::testing::Test {
 protected:
  void SetUp() override { start({}); }
  void TearDown() override { stop(); }

  // Replaces the engine by one with these options.
  void start(const trace::EngineOptions& options) {
    stop();
    auto made = trace::Engine::create(options);
    ASSERT_TRUE(made) << made.error().message;
    engine_ = *made;
    std::vector<std::unique_ptr<delivery::SpanExporter>> exporters;
    exporters.push_back(std::make_unique<MemoryExporter>(store_));
    delivery::ExportOptions export_options;
    export_options.tail = tail_;
    export_options.schedule_delay = std::chrono::hours(1);  // only a flush or a full batch exports
    exporter_ = std::make_unique<delivery::ExportThread>(*engine_, std::move(export_options),
                                                         std::move(exporters), log_);
  }
  void stop() {
    exporter_.reset();
    if (engine_ != nullptr) engine_->close();
    engine_ = nullptr;
  }

  Tracer tracer(const InstrumentationScope& scope = {.name = "test"}) {
    return Tracer(engine_, &engine_->mode(), engine_->register_scope(scope));
  }
  // Everything that has ended and not been taken yet, as Span messages.
  std::vector<std::string> finished() {
    EXPECT_TRUE(exporter_->flush(base::Deadline::after(std::chrono::seconds(30))));
    return store_.take();
  }
  // The same, as the tree that draw_tree makes of it.
  std::string tree() { return draw_tree(finished()); }

  trace::Engine* engine_ = nullptr;
  MemoryExporter::Store store_;
  delivery::TailRule tail_;
  base::Log log_{LogLevel::kNone, {}};
  std::unique_ptr<delivery::ExportThread> exporter_;
};

}  // namespace container_kit::telemetry::test
