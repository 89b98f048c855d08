// The resource: who produced the telemetry.
//
// Source: OpenTelemetry specification, "Resource SDK": what the user says wins over what is detected.
#pragma once

#include <vector>

#include <container_kit/telemetry/attribute.h>
#include <container_kit/telemetry/config.h>

#include "config/detectors.h"

namespace container_kit::telemetry::config {

// Made once for all signals: service.instance.id is another each time.
class Resource {
 public:
  // service.*, deployment.*, cluster.name, what is detected, and telemetry.sdk.*; the configuration's own
  // attributes win over all but the service's name and the library's.
  explicit Resource(const Config& config);
  Resource(const Config& config, const Surroundings& surroundings);
  // Views, in the order of their keys; they hold as long as the Resource.
  std::vector<Attribute> attributes() const;

 private:
  ResourceValues values_;
};

}  // namespace container_kit::telemetry::config
