// C and C++ with CMake, and the package managers it is used with (Conan, vcpkg).
#include <array>

#include "analyze/detector.h"
#include "analyze/detectors/native_packages.h"
#include "analyze/port_scan.h"
#include "analyze/text.h"

namespace container_kit::kit::analysis {
namespace {

struct Command {
  std::string name;
  std::vector<std::string_view> arguments;
};

// name(argument "argument" …), possibly over many lines. Quotes are taken off; nothing is evaluated.
std::vector<Command> commands_of(std::string_view text) {
  std::vector<Command> commands;
  for (std::size_t at = 0; (at = text.find('(', at)) != kNotFound;) {
    const auto before = trim(text.substr(0, at));
    const auto start = before.find_last_of(" \t\n)");
    const auto end = text.find(')', at);
    if (end == kNotFound) break;
    Command command{lower(before.substr(start + 1)), {}};
    for (const auto word : words_of(text.substr(at + 1, end - at - 1)))
      command.arguments.push_back(unquoted(word));
    commands.push_back(std::move(command));
    at = end + 1;
  }
  return commands;
}

bool is_literal(std::string_view text) {
  return text.find('$') == kNotFound;
}

void report_pkg_config(const Command& command, const std::string& source, Findings& findings) {
  for (std::size_t i = 1; i < command.arguments.size(); ++i) {
    const auto module = command.arguments[i].substr(0, command.arguments[i].find_first_of("<>="));
    report_native_library(module, source, findings);
  }
}

void report_executable(const Project& project, const Command& command, Findings& findings) {
  const auto name = command.arguments.front();
  std::string main = project.path("CMakeLists.txt");
  for (std::size_t i = 1; i < command.arguments.size(); ++i) {
    const bool is_source = contains(command.arguments[i], ".c") && is_literal(command.arguments[i]);
    if (!is_source) continue;
    main = project.path(command.arguments[i]);
    break;
  }
  const bool tests =
      contains(lower(name), "test") || contains(lower(name), "example") || contains(lower(name), "bench");
  if (is_literal(name) && !tests) findings.entry_point(main, name, project.path("CMakeLists.txt"));
}

void report_command(const Project& project, const Command& command, Findings& findings) {
  const auto source = project.path("CMakeLists.txt");
  const auto& arguments = command.arguments;
  if (arguments.empty()) return;
  if (command.name == "cmake_minimum_required" && arguments.size() > 1 &&
      !project.has_above("CMakeLists.txt")) {
    findings.build_tool("CMake", ">=" + std::string(arguments[1].substr(0, arguments[1].find("..."))),
                        source);
  }
  if (command.name == "set" && arguments.size() > 1 && is_literal(arguments[1])) {
    if (arguments[0] == "CMAKE_CXX_STANDARD") findings.runtime("c++", arguments[1], source);
    if (arguments[0] == "CMAKE_C_STANDARD") findings.runtime("c", arguments[1], source);
  }
  if (command.name == "find_package") {
    report_native_library(arguments[0], source, findings);
    if (arguments[0] == "Qt5" || arguments[0] == "Qt6") {
      findings.framework("Qt",
                         arguments.size() > 1 && parse_port(arguments[1].substr(0, 1))
                             ? arguments[1]
                             : arguments[0].substr(2),
                         source);
    }
  }
  if (command.name == "pkg_check_modules" || command.name == "pkg_search_module")
    report_pkg_config(command, source, findings);
  if (command.name == "add_executable") report_executable(project, command, findings);
}

void report_package_managers(const Project& project, Findings& findings) {
  if (const auto conan = project.first_of({"conanfile.py", "conanfile.txt"}); !conan.empty()) {
    findings.package_manager("Conan", project.path(conan),
                             project.has("conan.lock") ? project.path("conan.lock") : "");
  }
  if (project.has("vcpkg.json")) {
    const bool has_baseline = project.json("vcpkg.json").has("builtin-baseline");
    findings.package_manager("vcpkg", project.path("vcpkg.json"), "", "",
                             has_baseline ? Findings::Lock::kNeedsNone : Findings::Lock::kByFile);
  }
}

void detect(const Project& project, Findings& findings) {
  report_package_managers(project, findings);
  if (!project.has("CMakeLists.txt")) return;
  const auto text = without_comments(project.text("CMakeLists.txt"), "#");
  for (const auto& command : commands_of(text)) report_command(project, command, findings);
  if (!findings.has_build_tool("CMake")) findings.build_tool("CMake", "", project.path("CMakeLists.txt"));
}

}  // namespace

const Detector kCmakeDetector{"c++ (CMake)", "CMakeLists.txt conanfile.py conanfile.txt vcpkg.json", detect};

}  // namespace container_kit::kit::analysis
