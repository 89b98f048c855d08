// A Manager that sends numbered spans to one receiver, with folders of its own, quickly and in small batches.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include <gtest/gtest.h>

#include <container_kit/telemetry/manager.h>

#include "support/memory_folder.h"
#include "support/temporary_folder.h"

namespace container_kit::tests {

class Sender {
 public:
  static constexpr std::size_t kBatch = 16;

  explicit Sender(const telemetry::OtlpOptions& options, const std::string& spool_dir = {}) {
    config_.service_name = "faults";
    config_.flight_dir = flight_.path();
    config_.spool_dir = spool_dir.empty() ? spool_.path() : spool_dir;
    config_.traces_exporters = {telemetry::TracesExporter::kOtlp};
    config_.otlp_traces = options;
    config_.schedule_delay = std::chrono::milliseconds(5);
    config_.max_export_batch_size = kBatch;
    config_.metrics_enabled = false;
    config_.log_sink = [this](telemetry::LogLevel, std::string_view line) {
      const std::lock_guard lock(mutex_);
      log_ += std::string(line) + "\n";
    };
    start();
  }
  ~Sender() = default;
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  // The process's Manager, anew; the one before is shut down at once, as far as it gets.
  void start() {
    if (manager_ != nullptr) static_cast<void>(manager_->shutdown(std::chrono::milliseconds(0)));
    manager_ = std::make_unique<telemetry::Manager>(config_);
    const auto ready = manager_->initialize();
    ASSERT_TRUE(ready) << ready.error().message;
  }
  void send(int count) {
    for (int index = 0; index < count; ++index) {
      telemetry::Span span = manager_->tracing().tracer().start_span("span");
      span.set_attribute("n", static_cast<std::int64_t>(sent_++));
    }
  }
  // Tries until every span is delivered, refused or dropped. False: it took too long.
  bool drain() {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < patience) {
      static_cast<void>(manager_->force_flush(std::chrono::milliseconds(500)));
      const telemetry::ExporterHealth exporter = health();
      if (exporter.queued_spans == 0 && exporter.spool_spans == 0) return true;
      std::this_thread::yield();
    }
    return false;
  }
  // So that it is spooled, or whatever becomes of it now.
  void flush() { flush_for(std::chrono::seconds(10)); }
  void flush_for(std::chrono::milliseconds timeout) { static_cast<void>(manager_->force_flush(timeout)); }

  telemetry::ExporterHealth health() const { return manager_->health().exporters.at(0); }
  telemetry::Manager& manager() noexcept { return *manager_; }
  std::uint64_t sent() const noexcept { return sent_; }
  std::string log() const {
    const std::lock_guard lock(mutex_);
    return log_;
  }

 private:
  telemetry::test::MemoryFolder flight_;
  telemetry::test::TemporaryFolder spool_;
  telemetry::Config config_;
  mutable std::mutex mutex_;
  std::string log_;
  std::uint64_t sent_ = 0;
  std::unique_ptr<telemetry::Manager> manager_;
};

}  // namespace container_kit::tests
