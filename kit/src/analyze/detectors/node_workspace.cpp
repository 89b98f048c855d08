// Monorepos of Node.js: npm, yarn, Bun and pnpm workspaces, Lerna, Nx, Turborepo.
#include "analyze/detector.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

void report_members(const Project& project, const std::vector<std::string_view>& patterns,
                    std::string_view tool, std::string_view source, Findings& findings) {
  std::vector<std::string> members;
  for (auto pattern : patterns) {
    const bool negated = pattern.starts_with('!');
    if (negated) pattern.remove_prefix(1);
    for (const auto& folder : project.folders(pattern, "package.json")) {
      if (negated) {
        std::erase(members, folder);
      } else {
        members.push_back(folder);
      }
    }
  }
  for (const auto& folder : members) {
    const auto& name = project.below(folder).json("package.json")["name"].text();
    findings.member(project.path(folder), name, tool, source);
  }
}

std::string_view workspace_tool(const Project& project) {
  if (!project.first_of({"yarn.lock"}).empty()) return "yarn workspaces";
  if (!project.first_of({"bun.lock", "bun.lockb"}).empty()) return "Bun workspaces";
  return "npm workspaces";
}

void report_nx(const Project& project, Findings& findings) {
  const auto source = project.path("nx.json");
  findings.build_tool("Nx", project.json("package.json")["devDependencies"]["nx"].text(), source);
  for (const auto& folder : project.folders("**", "project.json")) {
    findings.member(project.path(folder), project.below(folder).json("project.json")["name"].text(), "Nx",
                    source);
  }
}

void detect(const Project& project, Findings& findings) {
  const Node& workspaces = project.json("package.json")["workspaces"];
  const auto& list = workspaces.is_object() ? workspaces["packages"] : workspaces;
  if (!project.has("pnpm-workspace.yaml")) {
    report_members(project, list.texts(), workspace_tool(project), project.path("package.json"), findings);
  } else {
    report_members(project, project.yaml("pnpm-workspace.yaml")["packages"].texts(), "pnpm workspaces",
                   project.path("pnpm-workspace.yaml"), findings);
  }
  if (project.has("lerna.json")) {
    report_members(project, project.json("lerna.json")["packages"].texts(), "Lerna",
                   project.path("lerna.json"), findings);
  }
  if (project.has("nx.json")) report_nx(project, findings);
  if (project.has("turbo.json")) {
    findings.build_tool("Turborepo", project.json("package.json")["devDependencies"]["turbo"].text(),
                        project.path("turbo.json"));
  }
}

}  // namespace

const Detector kNodeWorkspaceDetector{
    "node workspaces", "package.json pnpm-workspace.yaml lerna.json nx.json turbo.json", detect};

}  // namespace container_kit::kit::analysis
