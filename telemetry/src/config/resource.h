// The resource: who produced the telemetry.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <container_kit/telemetry/attribute.h>
#include <container_kit/telemetry/config.h>

namespace container_kit::telemetry::config {

// Made once for all signals: service.instance.id is another each time.
class Resource {
 public:
  // service.*, deployment.environment(.name), host.name, process.pid, telemetry.sdk.*; the configuration's
  // own attributes win over all but the service's name and the library's.
  explicit Resource(const Config& config);
  // Views, in the order of their keys; they hold as long as the Resource.
  std::vector<Attribute> attributes() const;

 private:
  using Value = std::variant<std::string, std::int64_t>;
  std::map<std::string, Value> values_;
};

}  // namespace container_kit::telemetry::config
