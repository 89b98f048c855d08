// The encodings in which gRPC's trailers carry a status.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace container_kit::telemetry::protocol {

// %XX becomes a byte; what is no such escape stays as it is.
std::string decode_grpc_message(std::string_view text);

// The delay of the RetryInfo in a grpc-status-details-bin: base64, padded or not, of a google.rpc.Status.
// Nothing where there is none, or it makes no sense. Never negative, and an hour at most.
std::optional<std::chrono::milliseconds> retry_delay_in(std::string_view details);

}  // namespace container_kit::telemetry::protocol
