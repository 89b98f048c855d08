// FileExporter: spans or metrics as OTLP/JSON, one request a line, in a file that is rotated by size.
//
// Source: opentelemetry.io, "OpenTelemetry Protocol File Exporter": lines of ExportTraceServiceRequest or
// ExportMetricsServiceRequest, in UTF-8. When the next line would make the file larger than it may be, it
// becomes NAME.1, NAME.1 becomes NAME.2, and so on; the oldest is removed. A line is written by one write(2),
// so that a kill leaves whole lines but for, at most, the last.
#pragma once

#include <cstdint>
#include <string>

#include "delivery/span_exporter.h"

namespace container_kit::telemetry::delivery {

struct FileExporterOptions {
  std::string path;
  std::uint64_t max_bytes = std::uint64_t{64} << 20;
  int files = 4;         // the one written to among them
  bool metrics = false;  // send() is given metric requests
};

class FileExporter : public SpanExporter {
 public:
  explicit FileExporter(FileExporterOptions options) : options_(std::move(options)) {}
  ~FileExporter() override;
  FileExporter(const FileExporter&) = delete;
  FileExporter& operator=(const FileExporter&) = delete;

  SendResult send(std::string_view request, std::uint32_t span_count, base::Deadline deadline) override;
  std::string name() const override { return "otlp_file"; }
  std::string endpoint() const override { return "file://" + options_.path; }

 private:
  bool open();
  // The request as lines in line_. False: it cannot be read.
  bool encode(std::string_view request, SendResult& result);
  void rotate();
  SendResult failure(const char* what) const;

  FileExporterOptions options_;
  int file_ = -1;
  std::uint64_t size_ = 0;
  std::string line_;
};

}  // namespace container_kit::telemetry::delivery
