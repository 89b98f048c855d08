// C and C++ with Autotools or a plain Makefile.
#include <algorithm>

#include "analyze/detector.h"
#include "analyze/detectors/native_packages.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

// PKG_CHECK_MODULES([CURL], [libcurl >= 7.50 zlib]) and AC_CHECK_LIB([ssl], …)
void read_configure(const Project& project, const std::string& file, Findings& findings) {
  const auto source = project.path(file);
  const auto& text = project.text(file);
  findings.build_tool("Autotools", "", source);
  for (const auto raw : lines_of(text)) {
    const auto line = trim(raw);
    if (line.starts_with("dnl") || line.starts_with('#')) continue;
    if (const auto rest = between(line, "PKG_CHECK_MODULES(", ")")) {
      const auto parts = split(*rest, ',');
      if (parts.size() < 2) continue;
      for (auto word : words_of(parts[1])) {
        while (word.starts_with('[')) word.remove_prefix(1);
        while (word.ends_with(']')) word.remove_suffix(1);
        report_native_library(word, source, findings);
      }
    }
    if (const auto rest = between(line, "AC_CHECK_LIB(", ",")) {
      auto library = trim(*rest);
      if (library.starts_with('[') && library.ends_with(']')) library = library.substr(1, library.size() - 2);
      report_native_library(library, source, findings);
    }
  }
}

// bin_PROGRAMS = pump pumpctl
void read_automake(const Project& project, const std::string& file, Findings& findings) {
  for (const auto* key : {"bin_PROGRAMS", "sbin_PROGRAMS"}) {
    for (const auto program : words_of(setting(project.text(file), key).value_or(""))) {
      if (program.find_first_of("\\$@") == kNotFound)
        findings.entry_point(project.path(file), program, project.path(file));
    }
  }
}

bool has_c_sources(const Project& project, std::string_view folder) {
  for (const auto* glob : {"*.c", "*.cc", "*.cpp", "*.cxx"}) {
    if (!project.files(glob, folder).empty()) return true;
  }
  return false;
}

// Here, in src/, or in folders that have a Makefile of their own.
bool builds_c(const Project& project) {
  if (has_c_sources(project, "") || has_c_sources(project, "src")) return true;
  const auto parts = project.folders("*", "Makefile");
  return std::any_of(parts.begin(), parts.end(),
                     [&](const auto& part) { return has_c_sources(project, part); });
}

// -lssl -lz on any line but those of examples and tests.
void read_makefile(const Project& project, const std::string& file, Findings& findings) {
  const auto source = project.path(file);
  const auto text = without_comments(project.text(file), "#");
  findings.build_tool("Make", "", source);
  for (const auto line : lines_of(text)) {
    if (contains(line, "example") || contains(line, "test")) continue;
    for (const auto word : words_of(line)) {
      const auto flag = word.find("-l");
      if (flag == kNotFound || (flag != 0 && word[flag - 1] != '=')) continue;
      const auto library = word.substr(flag + 2);
      const bool own = project.has(std::string(library) + ".h");  // what this builds itself
      if (!own) report_native_library(library, source, findings);
    }
  }
}

void detect(const Project& project, Findings& findings) {
  const auto configure = project.first_of({"configure.ac", "configure.in"});
  const auto makefile = project.first_of({"Makefile", "GNUmakefile", "makefile"});
  if (!configure.empty()) {
    read_configure(project, configure, findings);
    for (const auto* file : {"Makefile.am", "src/Makefile.am"}) read_automake(project, file, findings);
    return;
  }
  // Many projects have a Makefile of shortcuts; it builds only where the sources are C and nothing else does.
  const bool built_otherwise = project.has("CMakeLists.txt") || project.has("meson.build") ||
                               project.has_above("configure.ac") || project.has_above("Makefile") ||
                               project.has_above("CMakeLists.txt") || project.has_above("meson.build");
  if (!makefile.empty() && !built_otherwise && builds_c(project)) read_makefile(project, makefile, findings);
}

}  // namespace

const Detector kMakeDetector{"c (make)", "Makefile GNUmakefile makefile configure.ac configure.in", detect};

}  // namespace container_kit::kit::analysis
