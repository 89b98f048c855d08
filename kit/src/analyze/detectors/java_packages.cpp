#include "analyze/detectors/java_packages.h"

#include "analyze/port_scan.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

void report_settings(const Project& project, Findings& findings) {
  const std::string resources = "src/main/resources/";
  for (const auto* name : {"application.properties", "application.yml", "application.yaml"}) {
    const auto file = resources + name;
    if (!project.has(file)) continue;
    std::string_view port;
    if (file.ends_with(".properties")) {
      port = setting(project.text(file), "server.port").value_or("");
      if (port.empty()) port = setting(project.text(file), "quarkus.http.port").value_or("");
    } else {
      const Node& document = project.yaml(file);
      for (const auto* server : {"server", "micronaut", "quarkus"}) {
        const Node& node = document[server];
        if (port.empty()) port = node["port"].text();
        if (port.empty()) port = node["server"]["port"].text();
        if (port.empty()) port = node["http"]["port"].text();
      }
    }
    // "${PORT:8080}" gives a default.
    if (const auto fallback = between(port, ":", "}")) port = *fallback;
    findings.port(parse_port(port).value_or(0), "server.port", project.path(file));
  }
}

}  // namespace

void report_java_application(const Project& project, Findings& findings) {
  report_settings(project, findings);
  for (const std::string language : {"java", "kotlin", "scala"}) {
    const auto root = "src/main/" + language;
    if (!project.has_folder(root)) continue;
    std::vector<std::string> folders = project.folders(root + "/**", "");
    folders.insert(folders.begin(), root);
    for (const auto& folder : folders) {
      for (const auto* glob : {"*Application.*", "Main.*", "App.*", "*Main.*"}) {
        for (const auto& name : project.files(glob, folder)) {
          const auto file = join_path(folder, name);
          const auto& text = project.text(file);
          const bool runs = contains(text, "static void main") || contains(text, "fun main(") ||
                            contains(text, "def main(") || contains(text, "extends App") ||
                            contains(text, "@main ");
          if (!runs) continue;
          findings.entry_point(project.path(file), "", project.path(file));
          report_port_of_sources(project, {file}, findings);
        }
      }
    }
  }
}

}  // namespace container_kit::kit::analysis
