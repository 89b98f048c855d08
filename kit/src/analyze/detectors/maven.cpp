// Maven: pom.xml.
#include <map>

#include "analyze/detector.h"
#include "analyze/detectors/java_packages.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

// A pom's values with ${…} replaced by its properties and its own coordinates, one level deep, as poms use
// them.
class Pom {
 public:
  explicit Pom(const Node& project) : project_(project) {
    for (const auto& [name, value] : project["properties"].members()) properties_[name] = value.text();
    properties_["project.version"] = own("version");
    properties_["project.artifactId"] = own("artifactId");
  }

  std::string own(std::string_view name) const {
    const auto& value = project_[name].text();
    return expand(value.empty() ? project_["parent"][name].text() : value);
  }

  std::string property(const std::string& name) const {
    const auto found = properties_.find(name);
    return found == properties_.end() ? std::string() : expand(found->second);
  }

  std::string expand(const std::string& value) const {
    const auto name = between(value, "${", "}");
    if (!name) return value;
    const auto found = properties_.find(std::string(*name));
    if (found == properties_.end()) return value;
    const auto from = value.find("${");
    return value.substr(0, from) + found->second + value.substr(from + name->size() + 3);
  }

 private:
  const Node& project_;
  std::map<std::string, std::string> properties_;
};

void report_java_version(const Node& project, const Pom& pom, const std::string& source, Findings& findings) {
  for (const auto* name : {"maven.compiler.release", "java.version", "maven.compiler.target",
                           "maven.compiler.source", "jdk.version", "javaVersion"}) {
    const auto version = pom.property(name);
    if (version.empty() || contains(version, "${")) continue;
    findings.runtime("java", version, source);
    break;
  }
  if (const auto kotlin = pom.property("kotlin.version"); !kotlin.empty())
    findings.runtime("kotlin", kotlin, source);
  for (const auto* plugin : project["build"]["plugins"].all("plugin")) {
    if ((*plugin)["artifactId"].text() != "maven-compiler-plugin") continue;
    const Node& settings = (*plugin)["configuration"];
    const auto& release = settings["release"].text();
    findings.runtime("java", pom.expand(release.empty() ? settings["target"].text() : release), source);
  }
}

void report_dependencies(const Node& project, const Pom& pom, const std::string& source, Findings& findings) {
  const Node& parent = project["parent"];
  std::string spring;
  if (parent["artifactId"].text() == "spring-boot-starter-parent") {
    spring = parent["version"].text();
    findings.framework("Spring Boot", spring, source);
  }
  for (const auto* dependency : project["dependencyManagement"]["dependencies"].all("dependency")) {
    const auto& artifact = (*dependency)["artifactId"].text();
    const auto version = pom.expand((*dependency)["version"].text());
    if (artifact == "spring-boot-dependencies") findings.framework("Spring Boot", version, source);
    const bool quarkus = artifact == "quarkus-bom" || pom.expand(artifact) == "quarkus-bom";
    if (quarkus) findings.framework("Quarkus", version, source);
  }
  for (const auto* dependency : project["dependencies"].all("dependency")) {
    if ((*dependency)["scope"].text() == "test") continue;
    report_known(kJavaPackages, (*dependency)["artifactId"].text(),
                 pom.expand((*dependency)["version"].text()), source, findings);
  }
}

bool has_plugin(const Node& project, std::string_view artifact) {
  for (const auto* plugin : project["build"]["plugins"].all("plugin")) {
    if ((*plugin)["artifactId"].text() == artifact) return true;
  }
  return false;
}

void report_start(const Project& project, const Node& root, const Pom& pom, const std::string& source,
                  Findings& findings) {
  if (root["packaging"].text() == "pom") return;  // builds nothing itself
  const auto& final_name = root["build"]["finalName"].text();
  const auto jar =
      final_name.empty() ? pom.own("artifactId") + "-" + pom.own("version") : pom.expand(final_name);
  if (has_plugin(root, "quarkus-maven-plugin") || findings.has_framework("Quarkus", source)) {
    return findings.start_command("java -jar target/quarkus-app/quarkus-run.jar", project.folder(), source);
  }
  if (has_plugin(root, "spring-boot-maven-plugin")) {
    return findings.start_command("java -jar target/" + jar + ".jar", project.folder(), source);
  }
  for (const auto* plugin : root["build"]["plugins"].all("plugin")) {
    const Node& manifest = (*plugin)["configuration"]["archive"]["manifest"];
    const auto main = pom.expand(manifest["mainClass"].text());
    if (main.empty()) continue;
    findings.entry_point(main, "", source);
    findings.start_command("java -jar target/" + jar + ".jar", project.folder(), source);
  }
}

void report_modules(const Project& project, const Node& root, const std::string& source, Findings& findings) {
  std::vector<std::string> modules;
  for (const auto* module : root["modules"].all("module")) modules.push_back(module->text());
  for (const auto* profile : root["profiles"].all("profile")) {
    for (const auto* module : (*profile)["modules"].all("module")) modules.push_back(module->text());
  }
  for (const auto& module : modules) {
    const auto member = project.below(module);
    if (!member.has("pom.xml")) continue;
    findings.member(project.path(module), member.xml("pom.xml")["project"]["artifactId"].text(), "Maven",
                    source);
  }
}

void detect(const Project& project, Findings& findings) {
  const auto source = project.path("pom.xml");
  const Node& root = project.xml("pom.xml")["project"];
  if (!root) return;
  const Pom pom(root);
  if (!project.has_above("pom.xml")) {
    // A pom states its versions itself; Maven has no lock file.
    const auto& wrapper = project.text(".mvn/wrapper/maven-wrapper.properties");
    const auto version = between(setting(wrapper, "distributionUrl").value_or(""), "apache-maven-", "-bin");
    findings.package_manager("Maven", source, "", version.value_or(""), Findings::Lock::kNeedsNone);
  }
  report_java_version(root, pom, source, findings);
  report_dependencies(root, pom, source, findings);
  report_modules(project, root, source, findings);
  report_java_application(project, findings);
  report_start(project, root, pom, source, findings);
}

}  // namespace

const Detector kMavenDetector{"java (Maven)", "pom.xml", detect};

}  // namespace container_kit::kit::analysis
