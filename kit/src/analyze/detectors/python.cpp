// Python: pyproject.toml (pip, uv, Poetry, PDM, Hatch), requirements files, Pipfile, setup.cfg and setup.py.
#include <algorithm>
#include <cctype>
#include <map>

#include "analyze/detector.h"
#include "analyze/detectors/python_packages.h"
#include "analyze/detectors/python_start.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

std::string normalised(std::string_view name) {
  std::string result = lower(name);
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c == '_' || c == '.'; }, '-');
  return result;
}

// Collects the packages asked for and reports what they say.
class Requirements {
 public:
  Requirements(const Project& project, Findings& findings) : project_(project), findings_(findings) {}

  // PEP 508: "uvicorn[standard]>=0.23,<1 ; python_version > '3.8'"
  void add(std::string_view requirement, std::string_view source) {
    requirement = trim(requirement.substr(0, requirement.find(';')));
    const auto end = std::find_if_not(requirement.begin(), requirement.end(), [](unsigned char c) {
      return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
    });
    const auto name = requirement.substr(0, static_cast<std::size_t>(end - requirement.begin()));
    auto version = requirement.substr(name.size());
    if (const auto bracket = version.find(']'); version.starts_with('[') && bracket != kNotFound) {
      version.remove_prefix(bracket + 1);
    }
    version = trim(version);
    if (version.starts_with('(') && version.ends_with(')')) version = version.substr(1, version.size() - 2);
    if (version.starts_with('@')) version = {};
    add(name, version, source);
  }

  void add(std::string_view name, std::string_view version, std::string_view source) {
    const auto key = normalised(name);
    if (key.empty()) return;
    packages_.insert(key);
    report_known(kPythonPackages, key, version, source, findings_);
  }

  // A table of name = "version" or name = {version = "…"}, as Poetry and Pipfile have it.
  void add_table(const Node& table, std::string_view source) {
    for (const auto& [name, value] : table.members()) {
      if (name == "python") continue;
      add(name, value.is_object() ? value["version"].text() : value.text(), source);
    }
  }

  void add_file(const std::string& name, int depth = 0) {
    constexpr int kMaxIncludes = 5;
    for (const auto raw : lines_of(project_.text(name))) {
      auto line = trim(raw.substr(0, raw.find(" #")));
      if (line.starts_with('#') || line.empty()) continue;
      if (line.starts_with("-r ") || line.starts_with("--requirement ")) {
        const auto included = trim(line.substr(line.find(' ')));
        if (depth < kMaxIncludes) add_file(join_path(folder_of(name), included), depth + 1);
        continue;
      }
      if (line.starts_with('-') || contains(line.substr(0, line.find('@')), "://")) continue;
      add(trim(line.substr(0, line.find(" --"))), project_.path(name));
      if (!contains(line, "==") && !contains(line, " @ ")) unpinned_ = true;
    }
  }

  const PythonPackages& packages() const { return packages_; }
  bool unpinned() const { return unpinned_; }

 private:
  const Project& project_;
  Findings& findings_;
  PythonPackages packages_;
  bool unpinned_ = false;
};

void report_pyproject_manager(const Project& project, const Node& pyproject, Findings& findings) {
  const auto manifest = project.path("pyproject.toml");
  const Node& tool = pyproject["tool"];
  const auto report = [&](std::string_view name, std::string_view lock) {
    findings.package_manager(name, manifest, project.has(lock) ? project.path(lock) : std::string());
  };
  if (project.has("uv.lock") || tool.has("uv")) return report("uv", "uv.lock");
  if (project.has("poetry.lock") || tool.has("poetry")) return report("poetry", "poetry.lock");
  if (project.has("pdm.lock") || tool.has("pdm")) return report("pdm", "pdm.lock");
  if (!pyproject.has("project") && !pyproject.has("build-system")) return;  // only settings of linters
  report("pip", "pylock.toml");
  const auto& backend = pyproject["build-system"]["build-backend"].text();
  if (contains(backend, "hatchling")) findings.package_manager("hatch", manifest, "");
}

void read_pyproject(const Project& project, Requirements& requirements, Findings& findings) {
  const auto source = project.path("pyproject.toml");
  const Node& pyproject = project.toml("pyproject.toml");
  const Node& standard = pyproject["project"];
  const Node& poetry = pyproject["tool"]["poetry"];
  report_pyproject_manager(project, pyproject, findings);
  findings.runtime("python", standard["requires-python"].text(), source);
  const Node& python = poetry["dependencies"]["python"];
  findings.runtime("python", python.is_object() ? python["version"].text() : python.text(), source);
  for (const auto requirement : standard["dependencies"].texts()) requirements.add(requirement, source);
  requirements.add_table(poetry["dependencies"], source);
  for (const auto* scripts : {&standard["scripts"], &standard["gui-scripts"], &poetry["scripts"]}) {
    for (const auto& [name, target] : scripts->members()) findings.entry_point(target.text(), name, source);
  }
  for (const auto pattern : pyproject["tool"]["uv"]["workspace"]["members"].texts()) {
    for (const auto& folder : project.folders(pattern, "pyproject.toml")) {
      const auto& name = project.below(folder).toml("pyproject.toml")["project"]["name"].text();
      findings.member(project.path(folder), name, "uv workspace", source);
    }
  }
}

void read_pipfile(const Project& project, Requirements& requirements, Findings& findings) {
  const auto source = project.path("Pipfile");
  const Node& pipfile = project.toml("Pipfile");
  findings.package_manager("pipenv", source, project.has("Pipfile.lock") ? project.path("Pipfile.lock") : "");
  findings.runtime("python", pipfile["requires"]["python_version"].text(), source);
  findings.runtime("python", pipfile["requires"]["python_full_version"].text(), source);
  requirements.add_table(pipfile["packages"], source);
}

void read_requirements(const Project& project, Requirements& requirements, Findings& findings) {
  const auto name = project.first_of(
      {"requirements.txt", "requirements/production.txt", "requirements/prod.txt", "requirements/base.txt"});
  if (name.empty()) return;
  requirements.add_file(name);
  const auto lock = requirements.unpinned() ? Findings::Lock::kByFile : Findings::Lock::kNeedsNone;
  findings.package_manager("pip", project.path(name), "", "", lock);
}

// setup.cfg: the indented lines that follow `key =`.
std::vector<std::string_view> indented_values(std::string_view text, std::string_view key) {
  std::vector<std::string_view> values;
  bool inside = false;
  for (const auto line : lines_of(text)) {
    const bool indented = line.starts_with(' ') || line.starts_with('\t');
    if (!indented) {
      const auto equals = line.find('=');
      inside = equals != kNotFound && trim(line.substr(0, equals)) == key;
      if (inside && !trim(line.substr(equals + 1)).empty()) values.push_back(trim(line.substr(equals + 1)));
    } else if (inside && !trim(line).empty() && !trim(line).starts_with('#')) {
      values.push_back(trim(line));
    }
  }
  return values;
}

void read_setup(const Project& project, Requirements& requirements, Findings& findings) {
  const auto cfg = project.path("setup.cfg");
  const auto& settings = project.text("setup.cfg");
  for (const auto requirement : indented_values(settings, "install_requires"))
    requirements.add(requirement, cfg);
  if (const auto python = setting(settings, "python_requires")) findings.runtime("python", *python, cfg);
  for (const auto script : indented_values(settings, "console_scripts")) {
    const auto parts = split(script, '=');
    if (parts.size() == 2) findings.entry_point(parts[1], parts[0], cfg);
  }
  if (!project.has("setup.py")) return;
  const auto source = project.path("setup.py");
  const auto setup = without_comments(project.text("setup.py"), "#");
  if (const auto list = between(setup, "install_requires=[", "]")) {
    for (const auto requirement : quoted_strings(*list)) requirements.add(requirement, source);
  }
  if (const auto python = quoted_after(setup, "python_requires="))
    findings.runtime("python", *python, source);
  if (const auto list = between(setup, "console_scripts", "]")) {
    for (const auto script : quoted_strings(*list)) {
      const auto parts = split(script, '=');
      if (parts.size() == 2) findings.entry_point(parts[1], parts[0], source);
    }
  }
  if (!project.has("pyproject.toml") && !project.has("requirements.txt"))
    findings.package_manager("pip", source, "");
}

void detect(const Project& project, Findings& findings) {
  Requirements requirements(project, findings);
  if (project.has("pyproject.toml")) read_pyproject(project, requirements, findings);
  if (project.has("Pipfile")) read_pipfile(project, requirements, findings);
  read_requirements(project, requirements, findings);
  if (project.has("setup.py") || project.has("setup.cfg")) read_setup(project, requirements, findings);
  if (const auto conda = project.first_of({"environment.yml", "environment.yaml"}); !conda.empty()) {
    const auto lock = project.has("conda-lock.yml") ? project.path("conda-lock.yml") : std::string();
    findings.package_manager("conda", project.path(conda), lock);
  }
  report_python_start(project, requirements.packages(), findings);
}

}  // namespace

const Detector kPythonDetector{
    "python",
    "pyproject.toml requirements.txt Pipfile setup.py setup.cfg environment.yml environment.yaml manage.py",
    detect};

}  // namespace container_kit::kit::analysis
