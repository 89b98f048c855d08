// Which Debian package brings a library that C and C++ builds ask for.
#pragma once

#include <string_view>

#include "analyze/findings.h"

namespace container_kit::kit::analysis {

// `library` is a name as find_package, pkg-config or -l has it ("OpenSSL", "libcurl", "z"), in any case.
// Reports the package, and the database when the library is the client of one. Unknown libraries are passed
// over.
void report_native_library(std::string_view library, std::string_view source, Findings& findings);

}  // namespace container_kit::kit::analysis
