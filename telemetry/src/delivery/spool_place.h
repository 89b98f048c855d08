// Where the spools lie, and which folder is whose.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "delivery/span_exporter.h"
#include "delivery/spool.h"

namespace container_kit::telemetry::delivery {

struct SpoolPlace {
  std::string root;  // empty: nowhere
  std::string service;
  SpoolLimits limits;
};

// The first of these that this user has or may make: $XDG_STATE_HOME/container-kit/spool,
// /var/lib/container-kit/spool, $HOME/.local/state/container-kit/spool. Makes nothing. Empty where there is
// none.
std::string default_spool_root();

// The folder of an exporter below root/service: its name, and a hash of where it sends.
std::string spool_name(const SpanExporter& exporter);

// Opens the exporter's spool; null where `make` is false and it was never made.
Expected<std::unique_ptr<Spool>> open_spool(const SpoolPlace& place, const SpanExporter& exporter, bool make);

}  // namespace container_kit::telemetry::delivery
