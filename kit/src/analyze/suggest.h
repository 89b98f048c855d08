// The fourth step: what would make the repository better to build and run as a container.
//
// Thread safety: pure functions of their arguments.
#pragma once

#include <string>

#include "analyze/findings.h"
#include "analyze/languages.h"
#include "analyze/project.h"

namespace container_kit::kit::analysis {

void suggest(const Project& root, const LanguageScan& scan, const Analysis& analysis, Findings& findings);

}  // namespace container_kit::kit::analysis
