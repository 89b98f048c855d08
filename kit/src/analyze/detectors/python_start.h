// How a Python program is started: found from its modules and the servers it installs.
#pragma once

#include <set>
#include <string>

#include "analyze/findings.h"
#include "analyze/project.h"

namespace container_kit::kit::analysis {

using PythonPackages = std::set<std::string, std::less<>>;  // normalised names

void report_python_start(const Project& project, const PythonPackages& packages, Findings& findings);

}  // namespace container_kit::kit::analysis
