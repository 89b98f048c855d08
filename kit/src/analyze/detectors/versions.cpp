// Files that say nothing but which version of a runtime is wanted.
#include <array>
#include <utility>

#include "analyze/detector.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kOneLineFiles{{
    {".node-version", "node"},
    {".nvmrc", "node"},
    {".python-version", "python"},
    {".ruby-version", "ruby"},
    {".go-version", "go"},
    {".java-version", "java"},
    {".swift-version", "swift"},
    {".php-version", "php"},
    {".bun-version", "bun"},
    {".dvmrc", "deno"},
    {".terraform-version", "terraform"},
}};

std::string_view first_line(std::string_view text) {
  for (const auto line : lines_of(text)) {
    const auto content = trim(line);
    if (!content.empty() && !content.starts_with('#')) return content;
  }
  return {};
}

// The names of asdf and mise, as we call the runtimes elsewhere.
std::string_view runtime_name(std::string_view tool) {
  if (tool == "nodejs") return "node";
  if (tool == "golang") return "go";
  if (tool == "dotnet-core") return "dotnet";
  return tool;
}

// "ruby-3.2.2" and "python-3.11.4", as .ruby-version and runtime.txt may have it.
std::string_view without_runtime(std::string_view version, std::string_view runtime) {
  if (!version.starts_with(runtime)) return version;
  version.remove_prefix(runtime.size());
  while (version.starts_with('-') || version.starts_with(' ')) version.remove_prefix(1);
  return version;
}

void read_mise(const Project& project, std::string_view name, Findings& findings) {
  for (const auto& [tool, value] : project.toml(name)["tools"].members()) {
    const auto texts = value.is_object() ? value["version"].texts() : value.texts();
    if (!texts.empty()) findings.runtime(runtime_name(tool), texts.front(), project.path(name));
  }
}

void detect(const Project& project, Findings& findings) {
  for (const auto& [file, runtime] : kOneLineFiles) {
    const auto version = without_runtime(first_line(project.text(file)), runtime);
    if (project.has(file)) findings.runtime(runtime, version, project.path(file));
  }
  for (const auto line : lines_of(project.text(".tool-versions"))) {
    const auto words = words_of(line.substr(0, line.find('#')));
    if (words.size() >= 2) findings.runtime(runtime_name(words[0]), words[1], project.path(".tool-versions"));
  }
  for (const auto* name : {"mise.toml", ".mise.toml"}) read_mise(project, name, findings);
  if (const auto line = first_line(project.text("runtime.txt")); line.starts_with("python-")) {
    findings.runtime("python", line.substr(7), project.path("runtime.txt"));
  }
  if (const auto java = setting(project.text("system.properties"), "java.runtime.version")) {
    findings.runtime("java", *java, project.path("system.properties"));
  }
  if (const auto java = setting(project.text(".sdkmanrc"), "java")) {
    findings.runtime("java", *java, project.path(".sdkmanrc"));
  }
}

}  // namespace

const Detector kVersionsDetector{
    "versions",
    ".node-version .nvmrc .python-version .ruby-version .go-version .java-version .swift-version "
    ".php-version .bun-version "
    ".dvmrc .terraform-version .tool-versions mise.toml .mise.toml runtime.txt system.properties .sdkmanrc",
    detect};

}  // namespace container_kit::kit::analysis
