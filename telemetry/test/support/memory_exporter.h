// A SpanExporter that keeps what it is given, and draws it as trees.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include <container_kit/telemetry/readable_span.h>

#include "delivery/span_exporter.h"
#include "protocol/otlp_request.h"

namespace container_kit::telemetry::test {

class MemoryExporter : public delivery::SpanExporter {
 public:
  // Where the spans go; outlives the exporter, which the export thread owns.
  struct Store {
    std::mutex mutex;
    std::vector<std::string> spans;   // Span messages, in the order of their arrival
    std::vector<std::string> scopes;  // the scope of each
    std::string resource;

    std::vector<std::string> take() {
      const std::lock_guard lock(mutex);
      return std::exchange(spans, {});
    }
  };

  explicit MemoryExporter(Store& store) : store_(store) {}

  delivery::SendResult send(std::string_view request, std::uint32_t, base::Deadline) override {
    const auto resources = protocol::read_otlp_traces(request);
    const std::lock_guard lock(store_.mutex);
    for (const protocol::ResourceSpans& resource : *resources) {
      store_.resource = resource.resource;
      for (const protocol::ScopeSpans& scope : resource.scopes) {
        store_.spans.insert(store_.spans.end(), scope.spans.begin(), scope.spans.end());
        store_.scopes.insert(store_.scopes.end(), scope.spans.size(), std::string(scope.scope));
      }
    }
    return {};
  }
  std::string name() const override { return "memory"; }
  std::string endpoint() const override { return "memory"; }

 private:
  Store& store_;
};

// The spans as a tree of names, one a line, children below their parents, indented by two, in the order in
// which they started; with attributes where there are any: "tool.analyze tool.name=analyze".
std::string draw_tree(const std::vector<std::string>& messages);

}  // namespace container_kit::telemetry::test
