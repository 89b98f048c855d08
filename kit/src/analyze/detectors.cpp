#include <algorithm>
#include <array>

#include "analyze/detector.h"
#include "analyze/glob.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

// Manifests in folders of these names describe something else than the repository's own product.
constexpr std::array<std::string_view, 36> kNotTheProduct{
    "test",     "tests",       "testing",  "testdata",  "test-data",   "test_data",
    "spec",     "specs",       "fixtures", "__tests__", "e2e",         "example",
    "examples", "_examples",   "sample",   "samples",   "demo",        "demos",
    "doc",      "docs",        "bench",    "benches",   "benchmark",   "benchmarks",
    "vendor",   "third_party", "3rdparty", "external",  "subprojects", "templates",
    "fuzz",     "contrib",     "deps",     "extern",    "thirdparty",  "third-party",
};

bool is_product(std::string_view folder) {
  for (const auto component : split(folder, '/')) {
    if (component.starts_with('.')) return false;  // settings of tools: .github, .devcontainer
    if (std::find(kNotTheProduct.begin(), kNotTheProduct.end(), lower(component)) != kNotTheProduct.end())
      return false;
  }
  return true;
}

bool claims(const Detector& detector, const Folder& folder) {
  for (const auto marker : words_of(detector.markers)) {
    const bool is_glob = marker.find('*') != kNotFound;
    const auto fits = [&](const std::string& name) { return component_matches(marker, name); };
    if (is_glob ? std::any_of(folder.files.begin(), folder.files.end(), fits)
                : std::binary_search(folder.files.begin(), folder.files.end(), marker)) {
      return true;
    }
  }
  return false;
}

}  // namespace

const std::vector<const Detector*>& all_detectors() {
  static const std::vector<const Detector*> detectors{
      &kProcfileDetector,   &kContainerDetector, &kVersionsDetector, &kNodeDetector,  &kNodeWorkspaceDetector,
      &kDenoDetector,       &kPythonDetector,    &kGoDetector,       &kMavenDetector, &kGradleDetector,
      &kSbtDetector,        &kDotnetDetector,    &kRustDetector,     &kPhpDetector,   &kRubyDetector,
      &kElixirDetector,     &kCmakeDetector,     &kMesonDetector,    &kMakeDetector,  &kSwiftDetector,
      &kStaticSiteDetector,
  };
  return detectors;
}

std::size_t run_detectors(Manifests& manifests, Findings& findings, const std::stop_token& stop) {
  std::size_t folders = 0;
  for (const auto& folder : manifests.tree().folders()) {
    if (stop.stop_requested()) break;
    if (folder.files.empty() || !is_product(folder.path)) continue;
    const Project project(manifests, folder.path);
    findings.enter(folder.path);
    bool claimed = false;
    for (const Detector* detector : all_detectors()) {
      if (!claims(*detector, folder)) continue;
      detector->detect(project, findings);
      claimed = true;
    }
    if (claimed) ++folders;
  }
  findings.settle();
  return folders;
}

}  // namespace container_kit::kit::analysis
