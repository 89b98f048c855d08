// The version of the library, as telemetry.sdk.version and User-Agent carry it.
#pragma once

#include <string_view>

namespace container_kit::telemetry {

// Semantic version of the library that is linked, not of the headers. Static storage, thread safe.
std::string_view version() noexcept;

}  // namespace container_kit::telemetry
