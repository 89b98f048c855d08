// Scala's sbt: build.sbt and project/.
#include <array>

#include "analyze/detector.h"
#include "analyze/detectors/java_packages.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

void detect(const Project& project, Findings& findings) {
  const auto source = project.path("build.sbt");
  const auto build = without_comments(project.text("build.sbt"), "//");
  const auto version = setting(project.text("project/build.properties"), "sbt.version");
  findings.package_manager("sbt", source, "", version.value_or(""), Findings::Lock::kNeedsNone);
  if (const auto scala = quoted_after(build, "scalaVersion")) findings.runtime("scala", *scala, source);
  for (const auto line : lines_of(build)) {
    // "org.postgresql" % "postgresql" % "42.7.1"
    const auto strings = quoted_strings(line);
    if (strings.size() < 2 || !contains(line, "%") || contains(line, "Test")) continue;
    report_known(kJavaPackages, strings[1], strings.size() > 2 ? strings[2] : std::string_view{}, source,
                 findings);
  }
  const auto plugins_file = project.path("project/plugins.sbt");
  for (const auto line : lines_of(project.text("project/plugins.sbt"))) {
    const auto strings = quoted_strings(line);
    if (strings.size() < 2 || strings[1] != "sbt-plugin") continue;
    findings.framework("Play", strings.size() > 2 ? strings[2] : std::string_view{}, plugins_file);
    findings.default_port(9000, "Play", source);
  }
  for (const auto line : lines_of(build)) {
    // lazy val core = project.in(file("core"))
    if (!contains(line, "lazy val") || !contains(line, "project")) continue;
    const auto folder = quoted_after(line, "file(");
    const auto words = words_of(line.substr(line.find("val") + 3));
    if (folder && *folder != "." && !words.empty())
      findings.member(project.path(*folder), words[0], "sbt", source);
  }
  if (const auto main = quoted_after(build, "mainClass")) findings.entry_point(*main, "", source);
  report_java_application(project, findings);
  const bool play = findings.has_framework("Play", plugins_file);
  if (play || contains(build, "mainClass")) findings.start_command("sbt run", project.folder(), source);
}

}  // namespace

const Detector kSbtDetector{"scala", "build.sbt", detect};

}  // namespace container_kit::kit::analysis
