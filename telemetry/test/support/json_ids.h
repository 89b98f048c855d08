// OTLP/JSON for protobuf's own JSON parser, which wants ids in base64, where OTLP has them in hex.
#pragma once

#include <string>

namespace container_kit::telemetry::test {

std::string with_ids_in_base64(const std::string& json);

}  // namespace container_kit::telemetry::test
