// Parses a Dockerfile: any bytes give a Dockerfile, with what is wrong in its `errors`.
//
// Thread safety: pure function.
#pragma once

#include <string_view>

#include "dockerfile/syntax.h"

namespace container_kit::kit::dockerfile {

Dockerfile parse(std::string_view text);

}  // namespace container_kit::kit::dockerfile
