#include "analyze/suggest.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 21> kLockCommands{{
    {"npm", "npm install"},
    {"yarn", "yarn install"},
    {"pnpm", "pnpm install"},
    {"bun", "bun install"},
    {"deno", "deno install"},
    {"pip", "pip-compile (or uv pip compile)"},
    {"uv", "uv lock"},
    {"poetry", "poetry lock"},
    {"pdm", "pdm lock"},
    {"pipenv", "pipenv lock"},
    {"conda", "conda-lock"},
    {"go", "go mod tidy"},
    {"Cargo", "cargo generate-lockfile"},
    {"Composer", "composer update"},
    {"Bundler", "bundle lock"},
    {"Mix", "mix deps.get"},
    {"SwiftPM", "swift package resolve"},
    {"Conan", "conan lock create"},
    {"NuGet", "dotnet restore --use-lock-file"},
    {"vcpkg", "vcpkg x-update-baseline --add-initial-baseline"},
    {"Gradle", "gradle dependencies --write-locks"},
}};

// One suggestion a manager, however many manifests lack their lock file.
void suggest_lock_file(const Analysis& analysis, std::string_view name, std::string_view command,
                       Findings& findings) {
  std::vector<std::string> without;
  for (const auto& manager : analysis.package_managers) {
    if (manager.name == name && !manager.locked) without.push_back(manager.manifest);
  }
  if (without.empty()) return;
  const auto others = without.size() == 1 ? "" : " (and " + std::to_string(without.size() - 1) + " more)";
  findings.suggest("no_lock_file",
                   without.front() + others +
                       " has no lock file, so two builds may install different versions; run `" +
                       std::string(command) + "` and commit what it writes.",
                   without.front());
}

void suggest_lock_files(const Analysis& analysis, Findings& findings) {
  for (const auto& [name, command] : kLockCommands) suggest_lock_file(analysis, name, command, findings);
  // More than one manager's lock file for the same package.json.
  std::map<std::string, std::set<std::string>> locks;
  for (const auto& manager : analysis.package_managers) {
    if (manager.manifest.ends_with("package.json") && !manager.lock_file.empty()) {
      locks[manager.manifest].insert(manager.lock_file);
    }
  }
  for (const auto& [manifest, files] : locks) {
    if (files.size() < 2) continue;
    findings.suggest(
        "several_lock_files",
        manifest +
            " has the lock files of several package managers; keep one, so that it is clear which builds.",
        manifest);
  }
}

// Runtimes whose version a build image is chosen by, for the package managers that need them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kRuntimeOf{{
    {"npm", "node"},      {"yarn", "node"},  {"pnpm", "node"},     {"bun", "bun"},      {"deno", "deno"},
    {"pip", "python"},    {"uv", "python"},  {"poetry", "python"}, {"pdm", "python"},   {"pipenv", "python"},
    {"go", "go"},         {"Cargo", "rust"}, {"Composer", "php"},  {"Bundler", "ruby"}, {"Mix", "elixir"},
    {"SwiftPM", "swift"}, {"Maven", "java"}, {"Gradle", "java"},   {"sbt", "scala"},    {"NuGet", "dotnet"},
}};

void suggest_versions(const Analysis& analysis, Findings& findings) {
  std::set<std::string_view> stated;
  for (const auto& runtime : analysis.runtime_versions) stated.insert(runtime.runtime);
  std::set<std::string_view> asked;
  for (const auto& manager : analysis.package_managers) {
    for (const auto& [name, runtime] : kRuntimeOf) {
      if (manager.name != name || stated.contains(runtime) || !asked.insert(runtime).second) continue;
      findings.suggest("no_runtime_version",
                       "No file says which version of " + std::string(runtime) +
                           " this needs; state it, so that the base image can be pinned.",
                       manager.manifest);
    }
  }
}

void suggest_container_files(const Project& root, const Analysis& analysis, Findings& findings) {
  if (analysis.package_managers.empty() && analysis.build_tools.empty() && analysis.entry_points.empty())
    return;
  const bool has_dockerfile =
      !root.first_of({"Dockerfile", "Containerfile"}).empty() || !root.folders("**", "Dockerfile").empty();
  if (!root.has(".dockerignore")) {
    findings.suggest("no_dockerignore",
                     "There is no .dockerignore, so version control, local dependencies and secrets would go "
                     "into the build "
                     "context; add one.");
  }
  if (has_dockerfile || analysis.start_commands.empty()) return;
  findings.suggest(
      "no_dockerfile",
      "There is no Dockerfile yet; the start command and versions found here are what one needs.");
}

void suggest_health(const LanguageScan& scan, const Analysis& analysis, Findings& findings) {
  const bool has_program =
      std::any_of(scan.languages.begin(), scan.languages.end(),
                  [](const Language& language) { return language.kind == LanguageKind::kProgramming; });
  const bool serves = has_program && !analysis.ports.empty() && !analysis.start_commands.empty();
  if (!serves || !scan.health_endpoint.empty()) return;
  findings.suggest("no_health_endpoint",
                   "No health endpoint was seen in the source; serve one (such as /health), so that the "
                   "container can be probed.",
                   analysis.ports.front().source);
}

void suggest_start(const Analysis& analysis, Findings& findings) {
  const bool has_programs = !analysis.start_commands.empty() || !analysis.entry_points.empty();
  if (has_programs || analysis.package_managers.empty()) return;
  findings.suggest("no_start_command",
                   "Nothing says how this is started: if it is an application, add a start script or a "
                   "Procfile; a library needs none.");
}

void suggest_secrets(const Project& root, Findings& findings) {
  for (const auto* name : {".env", ".env.production", ".env.local", "id_rsa", ".npmrc", ".pypirc"}) {
    if (!root.has(name)) continue;
    const auto text = lower(root.text(name));
    bool secret = std::string_view(name) == "id_rsa";
    for (const auto* word : {"secret", "password", "token", "api_key", "apikey", "private_key"}) {
      secret = secret || contains(text, word);
    }
    if (!secret) continue;
    findings.suggest(
        "secrets_in_repository",
        std::string(name) +
            " seems to hold secrets and is not ignored; keep it out of version control and of images.",
        name);
  }
}

}  // namespace

void suggest(const Project& root, const LanguageScan& scan, const Analysis& analysis, Findings& findings) {
  suggest_lock_files(analysis, findings);
  suggest_versions(analysis, findings);
  suggest_container_files(root, analysis, findings);
  suggest_health(scan, analysis, findings);
  suggest_start(analysis, findings);
  suggest_secrets(root, findings);
}

}  // namespace container_kit::kit::analysis
