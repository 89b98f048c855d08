// Any bytes as a receiver's answer, in protobuf and in JSON: read without harm, and as the official schema
// reads them.
#include <cstdlib>

#include <google/protobuf/stubs/logging.h>

#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"
#include "protocol/otlp_json_response.h"
#include "protocol/otlp_traces.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const google::protobuf::LogSilencer silence;
  container_kit::telemetry::protocol::parse_otlp_json_response({reinterpret_cast<const char*>(data), size});
  const auto ours =
      container_kit::telemetry::protocol::parse_otlp_response({reinterpret_cast<const char*>(data), size});
  opentelemetry::proto::collector::trace::v1::ExportTraceServiceResponse theirs;
  const bool says_nothing = ours.rejected == 0 && ours.message.empty();
  if (says_nothing || !theirs.ParseFromArray(data, static_cast<int>(size))) return 0;
  if (ours.rejected != theirs.partial_success().rejected_spans()) std::abort();
  if (ours.message != theirs.partial_success().error_message()) std::abort();
  return 0;
}
