// Any bytes as a sequence of calls to the Thrift writer: a struct of all that it can write, nested.
#pragma once

#include <string>
#include <string_view>

namespace container_kit::telemetry::test {

// What is wrong with what the writer wrote, as another reader reads it; empty if nothing.
std::string drive_thrift_writer(std::string_view bytes);

}  // namespace container_kit::telemetry::test
