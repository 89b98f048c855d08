// What it takes to know an ecosystem: the files that give it away, and a function that reads them.
//
// To add one: write detectors/<name>.cpp with a `const Detector k<Name>Detector`, declare it below and put it
// into all_detectors() in detectors.cpp, and add a fixture. detect() is called once for each folder that
// holds a marker, never for hidden ones nor for those of tests, examples or documentation. It must not assume
// that a manifest is well formed.
//
// Thread safety: detectors have no state.
#pragma once

#include <stop_token>
#include <string_view>
#include <vector>

#include "analyze/findings.h"
#include "analyze/project.h"

namespace container_kit::kit::analysis {

struct Detector {
  std::string_view ecosystem;
  std::string_view markers;  // file names separated by spaces; "*.csproj" for an extension
  void (*detect)(const Project& project, Findings& findings);
};

extern const Detector kProcfileDetector;
extern const Detector kContainerDetector;
extern const Detector kVersionsDetector;
extern const Detector kNodeDetector;
extern const Detector kNodeWorkspaceDetector;
extern const Detector kDenoDetector;
extern const Detector kPythonDetector;
extern const Detector kGoDetector;
extern const Detector kMavenDetector;
extern const Detector kGradleDetector;
extern const Detector kSbtDetector;
extern const Detector kDotnetDetector;
extern const Detector kRustDetector;
extern const Detector kPhpDetector;
extern const Detector kRubyDetector;
extern const Detector kElixirDetector;
extern const Detector kCmakeDetector;
extern const Detector kMesonDetector;
extern const Detector kMakeDetector;
extern const Detector kSwiftDetector;
extern const Detector kStaticSiteDetector;

// In the order in which they run within a folder: what states a thing outright before what infers it.
const std::vector<const Detector*>& all_detectors();

// The third step: runs every detector wherever its markers are, until asked to stop. Returns the number of
// folders it ran in.
std::size_t run_detectors(Manifests& manifests, Findings& findings, const std::stop_token& stop = {});

}  // namespace container_kit::kit::analysis
