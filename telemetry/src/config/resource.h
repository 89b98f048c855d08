// The resource: who produced the telemetry.
#pragma once

#include <map>
#include <string>

#include <container_kit/telemetry/config.h>

namespace container_kit::telemetry::config {

// service.*, deployment.environment(.name), host.name, process.pid, telemetry.sdk.*; the configuration's own
// attributes win. Text values only.
std::map<std::string, std::string> resource_attributes(const Config& config);

}  // namespace container_kit::telemetry::config
