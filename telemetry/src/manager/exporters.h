// From the configuration to the exporters that it asks for.
//
// Thread safety: free functions; make_trace_exporters() logs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <container_kit/telemetry/config.h>

#include "base/log.h"
#include "config/resource.h"
#include "delivery/span_exporter.h"
#include "delivery/spool.h"
#include "privacy/filter.h"

namespace container_kit::telemetry {

// As a Resource message.
std::string encode_resource(const config::Resource& resource, const privacy::Filter* privacy = nullptr);

struct TraceExporters {
  std::vector<std::unique_ptr<delivery::SpanExporter>> exporters;
  bool write_to_console = false;
};
// Where nothing says where spans go, that is warned of.
TraceExporters make_trace_exporters(const Config& config, base::Log& log);

// OTLP's. Precondition: otlp_metrics has an endpoint.
std::unique_ptr<delivery::SpanExporter> make_metrics_exporter(const Config& config);

// Opens the spool of an exporter; null: there is none.
using ExporterSpoolOpener = std::function<Expected<std::unique_ptr<delivery::Spool>>(
    const delivery::SpanExporter& exporter, bool make)>;
ExporterSpoolOpener make_spool_opener(const Config& config);

}  // namespace container_kit::telemetry
