// Swift: Package.swift.
#include <array>

#include "analyze/detector.h"
#include "analyze/port_scan.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::array kPackages{
    KnownPackage{"vapor", kFramework, "Vapor", 8080},
    KnownPackage{"hummingbird", kFramework, "Hummingbird", 8080},
    KnownPackage{"swift-nio", kFramework, "SwiftNIO"},
    KnownPackage{"swift-argument-parser", kFramework, "ArgumentParser"},
    KnownPackage{"grpc-swift", kFramework, "gRPC"},
    KnownPackage{"fluent-postgres-driver", kDatabase, "PostgreSQL"},
    KnownPackage{"postgres-nio", kDatabase, "PostgreSQL"},
    KnownPackage{"fluent-mysql-driver", kDatabase, "MySQL"},
    KnownPackage{"mysql-nio", kDatabase, "MySQL"},
    KnownPackage{"fluent-sqlite-driver", kDatabase, "SQLite"},
    KnownPackage{"sqlite-nio", kDatabase, "SQLite"},
    KnownPackage{"fluent-mongo-driver", kDatabase, "MongoDB"},
    KnownPackage{"mongokitten", kDatabase, "MongoDB"},
    KnownPackage{"redis", kDatabase, "Redis"},
    KnownPackage{"redistack", kDatabase, "Redis"},
    KnownPackage{"fluent-sqlite-driver", kSystem, "libsqlite3-dev"},
};

// .package(url: "https://github.com/vapor/vapor.git", from: "4.89.0")
void report_dependencies(std::string_view manifest, const std::string& source, Findings& findings) {
  for (auto at = manifest.find(".package("); at != kNotFound; at = manifest.find(".package(", at + 1)) {
    const auto strings = quoted_strings(manifest.substr(at, manifest.find(')', at) - at));
    if (strings.empty()) continue;
    auto name = file_name_of(strings.front());
    if (name.ends_with(".git")) name.remove_suffix(4);
    report_known(kPackages, lower(name), strings.size() > 1 ? strings[1] : std::string_view{}, source,
                 findings);
  }
}

std::string main_file(const Project& project, const std::string& target) {
  const auto folder = "Sources/" + target + "/";
  const auto name = project.first_of(
      {folder + "main.swift", folder + "entrypoint.swift", folder + "App.swift", folder + target + ".swift"});
  return project.path(name.empty() ? "Package.swift" : name);
}

void detect(const Project& project, Findings& findings) {
  const auto source = project.path("Package.swift");
  const auto manifest = without_comments(project.text("Package.swift"), "//");
  const auto lock = project.has("Package.resolved") ? project.path("Package.resolved") : std::string();
  const bool has_dependencies = contains(manifest, ".package(");
  findings.package_manager("SwiftPM", source, lock, "",
                           has_dependencies ? Findings::Lock::kByFile : Findings::Lock::kNeedsNone);
  // The first line: "// swift-tools-version:5.9"
  const auto first = between(project.text("Package.swift"), "swift-tools-version:", "\n");
  if (first) findings.runtime("swift", trim(first->substr(0, first->find(';'))), source);
  report_dependencies(manifest, source, findings);
  for (auto at = manifest.find(".executableTarget("); at != kNotFound;
       at = manifest.find(".executableTarget(", at + 1)) {
    const auto name = quoted_after(std::string_view(manifest).substr(at, 200), "name:");
    if (!name) continue;
    const auto file = main_file(project, std::string(*name));
    findings.entry_point(file, *name, source);
    const bool vapor = findings.has_framework("Vapor", source);
    findings.start_command(
        "swift run " + std::string(*name) + (vapor ? " serve --hostname 0.0.0.0 --port 8080" : ""),
        project.folder(), source);
    if (const auto port = find_port(project.at("").text(file)); port && !vapor) {
      findings.port(*port, "listens in source", file);
    }
  }
}

}  // namespace

const Detector kSwiftDetector{"swift", "Package.swift", detect};

}  // namespace container_kit::kit::analysis
