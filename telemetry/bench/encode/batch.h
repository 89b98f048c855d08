// A batch as the exporter thread hands it to an exporter: 512 full spans (four attributes, one event) that
// the engine made, the resource of a service, and one scope.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "protocol/otlp_traces.h"

namespace container_kit::telemetry::bench {

constexpr std::size_t kSpansInBatch = 512;

class Batch {
 public:
  Batch();
  std::string_view resource() const { return resource_; }
  std::span<const protocol::ScopeSpans> scopes() const { return scopes_; }

 private:
  std::string resource_;
  std::vector<std::string> spans_;
  std::vector<protocol::ScopeSpans> scopes_;
};

}  // namespace container_kit::telemetry::bench
