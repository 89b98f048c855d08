#include "support/received_spans.h"

#include <gtest/gtest.h>

#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"

namespace container_kit::telemetry::test {

std::vector<ReceivedSpan> spans_received_by(const LoopbackReceiver& receiver) {
  std::vector<ReceivedSpan> spans;
  std::set<std::string> ids;
  for (const std::string& body : receiver.requests()) {
    opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest request;
    EXPECT_TRUE(request.ParseFromString(body));
    for (const auto& resource : request.resource_spans()) {
      for (const auto& scope : resource.scope_spans()) {
        for (const auto& span : scope.spans()) {
          EXPECT_TRUE(ids.insert(span.span_id()).second) << span.name() << " came twice";
          spans.push_back(span);
        }
      }
    }
  }
  return spans;
}

std::multiset<std::string> names_of(const std::vector<ReceivedSpan>& spans) {
  std::multiset<std::string> names;
  for (const ReceivedSpan& span : spans) names.insert(span.name());
  return names;
}

}  // namespace container_kit::telemetry::test
