// Globs: `*` is any run of bytes, `?` any one; ASCII letters match in either case.
#pragma once

#include <string_view>

namespace container_kit::telemetry::base {

// Whether the whole text matches. Time: at most the product of the lengths; no recursion, no memory.
bool matches_glob(std::string_view glob, std::string_view text) noexcept;

}  // namespace container_kit::telemetry::base
