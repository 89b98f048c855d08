#include "config/resource.h"

#include <container_kit/telemetry/version.h>

#include "base/random.h"

namespace container_kit::telemetry::config {
namespace {

// A random UUID (RFC 9562, version 4), as the conventions recommend for service.instance.id.
std::string random_uuid() {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  std::uint64_t bits = 0;
  for (std::size_t digit = 0; digit < 32; ++digit) {
    if (digit % 16 == 0) bits = base::next_random();
    auto value = static_cast<unsigned>(bits & 0xFU);
    bits >>= 4;
    if (digit == 12) value = 4;
    if (digit == 16) value = 8 | (value & 3U);
    if (digit == 8 || digit == 12 || digit == 16 || digit == 20) out += '-';
    out += kDigits[value];
  }
  return out;
}

}  // namespace

Resource::Resource(const Config& config) : Resource(config, surroundings_of_process()) {}

Resource::Resource(const Config& config, const Surroundings& surroundings) {
  for (const auto& [key, value] : config.resource_attributes) values_[key] = value;
  // insert() leaves what the configuration says itself.
  const auto add = [this](const char* key, const std::string& value) {
    if (!value.empty()) values_.insert({key, value});
  };
  values_["service.name"] = config.service_name;  // the name wins over the attributes
  add("service.namespace", config.service_namespace);
  add("service.version", config.service_version);
  add("service.instance.id", random_uuid());
  add("deployment.environment.name", config.environment);
  add("deployment.environment", config.environment);  // the older name, which many dashboards still ask for
  add("deployment.region", config.deployment_region);
  add("deployment.zone", config.deployment_zone);
  add("cluster.name", config.cluster_name);
  add("k8s.cluster.name", config.cluster_name);
  for (auto& detected : detect_resource(surroundings)) values_.insert(detected);
  values_["telemetry.sdk.name"] = "container-kit";
  values_["telemetry.sdk.language"] = "cpp";
  values_["telemetry.sdk.version"] = std::string(version());
}

std::vector<Attribute> Resource::attributes() const {
  std::vector<Attribute> all;
  for (const auto& [key, value] : values_) {
    std::visit([&all, &name = key](const auto& one) { all.push_back({name, one}); }, value);
  }
  return all;
}

}  // namespace container_kit::telemetry::config
