// Procfile: the command of each process; "web" is what is started.
#include "analyze/detector.h"
#include "analyze/port_scan.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

void detect(const Project& project, Findings& findings) {
  const auto source = project.path("Procfile");
  for (const auto line : lines_of(project.text("Procfile"))) {
    const auto colon = line.find(':');
    if (colon == kNotFound || trim(line).starts_with('#')) continue;
    const auto process = trim(line.substr(0, colon));
    const auto command = trim(line.substr(colon + 1));
    if (process == "web") findings.start_command(command, project.folder(), source);
    if (process == "web") findings.port(port_of_command(command).value_or(0), "Procfile", source);
    if (process != "release") findings.entry_point(command, process, source);
  }
}

}  // namespace

const Detector kProcfileDetector{"Procfile", "Procfile", detect};

}  // namespace container_kit::kit::analysis
