// What was compressed, unpacked by the libraries themselves.
#pragma once

#include <string>

namespace container_kit::telemetry::test {

// Throws where the bytes are not whole.
std::string gunzip(const std::string& packed);
std::string unzstd(const std::string& packed);

}  // namespace container_kit::telemetry::test
