// Node.js and Bun: package.json and what lies beside it.
#include <array>
#include <utility>

#include "analyze/detector.h"
#include "analyze/detectors/node_packages.h"
#include "analyze/port_scan.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::string_view kManifest = "package.json";

struct Manager {
  std::string name = "npm";
  std::string version;
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kLockFiles{{
    {"pnpm-lock.yaml", "pnpm"},
    {"yarn.lock", "yarn"},
    {"bun.lock", "bun"},
    {"bun.lockb", "bun"},
    {"package-lock.json", "npm"},
    {"npm-shrinkwrap.json", "npm"},
}};

// "pnpm@9.1.0+sha512.…" names manager and version.
Manager stated_manager(std::string_view field) {
  const auto at = field.find('@');
  const auto version = at == kNotFound ? std::string_view{} : field.substr(at + 1);
  return {std::string(field.substr(0, at)), std::string(version.substr(0, version.find('+')))};
}

Manager manager_of(const Project& project, const Node& package) {
  if (const auto& field = package["packageManager"].text(); !field.empty()) return stated_manager(field);
  const auto lock = project.first_here_or_above(
      {"pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb", "package-lock.json", "npm-shrinkwrap.json"});
  for (const auto& [file, manager] : kLockFiles) {
    if (file_name_of(lock) == file) return {std::string(manager), {}};
  }
  if (project.has("pnpm-workspace.yaml")) return {"pnpm", {}};
  if (project.has("bunfig.toml")) return {"bun", {}};
  return {};
}

// A workspace's member has neither manager nor lock file of its own: those are the workspace's.
void report_managers(const Project& project, const Node& package, const Manager& manager,
                     Findings& findings) {
  bool has_lock = false;
  for (const auto& [file, name] : kLockFiles) {
    if (!project.has(file)) continue;
    has_lock = true;
    findings.package_manager(name, project.path(kManifest), project.path(file),
                             name == manager.name ? manager.version : "");
  }
  if (!has_lock && !project.has_above(kManifest)) {
    const bool asks_for_any =
        package.has("dependencies") || package.has("devDependencies") || package.has("workspaces");
    findings.package_manager(manager.name, project.path(kManifest), "", manager.version,
                             asks_for_any ? Findings::Lock::kByFile : Findings::Lock::kNeedsNone);
  }
}

void report_versions(const Project& project, const Node& package, Findings& findings) {
  const auto source = project.path(kManifest);
  for (const auto* runtime : {"node", "bun", "deno"}) {
    findings.runtime(runtime, package["engines"][runtime].text(), source);
    findings.runtime(runtime, package["volta"][runtime].text(), source);
  }
  const auto& wanted = package["devEngines"]["runtime"];
  findings.runtime(wanted["name"].text(), wanted["version"].text(), source);
}

void report_packages(const Project& project, const Node& package, Findings& findings) {
  for (const auto* group : {"dependencies", "devDependencies", "optionalDependencies"}) {
    const bool for_development = std::string_view(group) == "devDependencies";
    for (const auto& [name, version] : package[group].members()) {
      for (const auto& known : kNodePackages) {
        // Only build tools matter among what is there for development; a database client there serves tests.
        if (known.package != name || (for_development && known.says != kFramework)) continue;
        report_known(std::array{known}, name, version.text(), project.path(kManifest), findings);
      }
    }
  }
}

std::vector<std::string> report_entry_points(const Project& project, const Node& package,
                                             Findings& findings) {
  const auto source = project.path(kManifest);
  std::vector<std::string> files;
  const auto add = [&](std::string_view file, std::string_view name) {
    while (file.starts_with("./")) file.remove_prefix(2);
    if (file.empty()) return;
    findings.entry_point(project.path(file), name, source);
    files.emplace_back(file);
  };
  if (package["bin"].is_scalar()) add(package["bin"].text(), package["name"].text());
  for (const auto& [name, file] : package["bin"].members()) add(file.text(), name);
  add(package["main"].text(), "");
  if (!package.has("main")) add(package["module"].text(), "");
  for (const auto word : words_of(package["scripts"]["start"].text())) {
    if (project.has(word)) add(word, "");
  }
  if (files.empty()) {
    add(project.first_of({"server.js", "index.js", "app.js", "src/index.ts", "src/main.ts", "src/server.ts",
                          "index.ts", "server.ts", "src/index.js", "src/server.js", "index.mjs"}),
        "");
  }
  return files;
}

void report_start(const Project& project, const Node& package, const Manager& manager, Findings& findings) {
  const auto source = project.path(kManifest);
  const Node& scripts = package["scripts"];
  const std::string run = manager.name == "npm" ? "npm run " : manager.name + " run ";
  for (const auto* script : {"start:prod", "start", "serve", "preview"}) {
    if (!scripts.has(script)) continue;
    const bool plain = std::string_view(script) == "start" && manager.name != "bun";
    findings.start_command(plain ? manager.name + " start" : run + script, project.folder(), source);
    if (const auto port = port_of_command(scripts[script].text()))
      findings.port(*port, "script " + std::string(script), source);
    return;
  }
  if (findings.has_framework("Next.js", source))
    return findings.start_command("npx next start", project.folder(), source);
  if (project.has("server.js")) return findings.start_command("node server.js", project.folder(), source);
}

void detect(const Project& project, Findings& findings) {
  const Node& package = project.json(kManifest);
  if (!package.is_object()) return;
  const Manager manager = manager_of(project, package);
  report_managers(project, package, manager, findings);
  report_versions(project, package, findings);
  report_packages(project, package, findings);
  auto files = report_entry_points(project, package, findings);
  report_start(project, package, manager, findings);
  // Compiled output is not in the repository; what it comes from is.
  for (const auto* file :
       {"src/main.ts", "src/server.ts", "src/index.ts", "src/app.ts", "server.ts", "index.ts", "app.ts",
        "server.js", "app.js", "index.js", "src/index.js", "src/server.js", "src/app.js", "bin/www"}) {
    files.emplace_back(file);
  }
  report_port_of_sources(project, files, findings);
}

}  // namespace

const Detector kNodeDetector{"node", kManifest, detect};

}  // namespace container_kit::kit::analysis
