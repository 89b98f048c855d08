// Deno: deno.json or deno.jsonc, its tasks, imports and workspace.
#include <array>

#include "analyze/detector.h"
#include "analyze/detectors/node_packages.h"
#include "analyze/port_scan.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::array kPackages{
    KnownPackage{"@fresh/core", kFramework, "Fresh", 8000},
    KnownPackage{"@oak/oak", kFramework, "Oak", 8000},
    KnownPackage{"@hono/hono", kFramework, "Hono", 8000},
    KnownPackage{"@db/postgres", kDatabase, "PostgreSQL"},
    KnownPackage{"@db/sqlite", kDatabase, "SQLite"},
    KnownPackage{"@db/redis", kDatabase, "Redis"},
    KnownPackage{"@iuioiua/redis", kDatabase, "Redis"},
};

// "jsr:@oak/oak@^16.0.0" and "npm:express@4" name a package and a version; URLs are left alone.
void report_import(std::string_view specifier, std::string_view source, Findings& findings) {
  const bool jsr = specifier.starts_with("jsr:");
  if (!jsr && !specifier.starts_with("npm:")) return;
  specifier.remove_prefix(4);
  const auto at = specifier.find('@', 1);
  const auto version = at == kNotFound ? std::string_view{} : specifier.substr(at + 1);
  const auto package = specifier.substr(0, at);
  if (jsr) {
    report_known(kPackages, package, version.substr(0, version.find('/')), source, findings);
  } else {
    report_known(kNodePackages, package, version.substr(0, version.find('/')), source, findings);
  }
}

void detect(const Project& project, Findings& findings) {
  const auto manifest = project.first_of({"deno.json", "deno.jsonc"});
  const auto source = project.path(manifest);
  const Node& deno = project.json(manifest);
  const auto lock = project.has("deno.lock") ? project.path("deno.lock") : std::string();
  if (!lock.empty() || !(project.has_above("deno.json") || project.has_above("deno.jsonc"))) {
    findings.package_manager("deno", source, lock);
  }
  for (const auto& [name, specifier] : deno["imports"].members())
    report_import(specifier.text(), source, findings);

  const auto main = project.first_of({"main.ts", "mod.ts", "server.ts", "main.tsx", "src/main.ts"});
  if (!main.empty()) findings.entry_point(project.path(main), deno["name"].text(), source);
  if (deno["tasks"].has("start")) {
    findings.start_command("deno task start", project.folder(), source);
  } else if (!main.empty() && main != "mod.ts") {
    findings.start_command("deno run --allow-net --allow-env " + main, project.folder(), source);
  }
  const bool has_port =
      report_port_of_sources(project, {"main.ts", "server.ts", "src/main.ts", "main.tsx"}, findings);
  if (!has_port && contains(project.text(main), "Deno.serve("))
    findings.default_port(8000, "Deno.serve", source);
  for (const auto member : deno["workspace"].texts()) {
    for (const auto& folder : project.folders(member, "")) {
      const auto nested = project.below(folder);
      const auto file = nested.first_of({"deno.json", "deno.jsonc"});
      if (!file.empty())
        findings.member(project.path(folder), nested.json(file)["name"].text(), "Deno workspace", source);
    }
  }
}

}  // namespace

const Detector kDenoDetector{"deno", "deno.json deno.jsonc", detect};

}  // namespace container_kit::kit::analysis
