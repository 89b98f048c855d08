#include "analyze/findings.h"

#include <algorithm>
#include <tuple>

#include "analyze/file_tree.h"
#include "analyze/port_scan.h"

namespace container_kit::kit::analysis {
namespace {

constexpr std::size_t kMaxText = 300;
constexpr std::size_t kMaxFindings = 1'000;  // of one kind

std::string kept(std::string_view text) {
  if (text.size() <= kMaxText) return std::string(text);
  return std::string(text.substr(0, kMaxText)) + "…";
}

template <typename T, typename Same>
void add_once(std::vector<T>& list, T item, Same same) {
  if (list.size() >= kMaxFindings) return;
  const bool known = std::any_of(list.begin(), list.end(), [&](const T& other) { return same(item, other); });
  if (!known) list.push_back(std::move(item));
}

bool is_in_folder(std::string_view path, std::string_view folder) {
  return folder.empty() || (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

std::ptrdiff_t depth_of(std::string_view path) {
  return std::count(path.begin(), path.end(), '/');
}

}  // namespace

void Findings::package_manager(std::string_view name, std::string_view manifest, std::string_view lock_file,
                               std::string_view version, Lock lock) {
  const bool locked = !lock_file.empty() || lock == Lock::kNeedsNone;
  add_once(analysis_.package_managers, {kept(name), kept(manifest), kept(lock_file), kept(version), locked},
           [](const auto& a, const auto& b) { return a.name == b.name && a.manifest == b.manifest; });
}

void Findings::build_tool(std::string_view name, std::string_view version, std::string_view source) {
  add_once(analysis_.build_tools, {kept(name), kept(version), kept(source)},
           [](const auto& a, const auto& b) { return a.name == b.name && a.source == b.source; });
}

void Findings::framework(std::string_view name, std::string_view version, std::string_view source) {
  add_once(analysis_.frameworks, {kept(name), kept(version), kept(source)},
           [](const auto& a, const auto& b) { return a.name == b.name && a.source == b.source; });
}

void Findings::runtime(std::string_view runtime, std::string_view version, std::string_view source) {
  if (version.empty()) return;
  add_once(analysis_.runtime_versions, {kept(runtime), kept(version), kept(source)},
           [](const auto& a, const auto& b) {
             return std::tie(a.runtime, a.version, a.source) == std::tie(b.runtime, b.version, b.source);
           });
}

void Findings::entry_point(std::string_view path, std::string_view name, std::string_view source) {
  while (path.starts_with("./")) path.remove_prefix(2);
  add_once(analysis_.entry_points, {kept(path), kept(name), kept(source)},
           [](const auto& a, const auto& b) { return a.path == b.path && a.name == b.name; });
}

void Findings::start_command(std::string_view command, std::string_view folder, std::string_view source) {
  if (command.empty()) return;
  add_once(analysis_.start_commands, {kept(command), folder.empty() ? "." : kept(folder), kept(source)},
           [](const auto& a, const auto& b) { return a.command == b.command && a.folder == b.folder; });
}

void Findings::port(std::uint16_t number, std::string_view reason, std::string_view source) {
  if (number == 0) return;
  add_once(analysis_.ports, {number, kept(reason), kept(source)},
           [](const auto& a, const auto& b) { return a.number == b.number && a.source == b.source; });
}

void Findings::default_port(std::uint16_t number, std::string_view framework, std::string_view source) {
  default_ports_.push_back({{number, std::string(framework) + "'s default", std::string(source)}, folder_});
}

void Findings::database(std::string_view name, std::string_view client, std::string_view source) {
  add_once(analysis_.databases, {kept(name), kept(client), kept(source)}, [](const auto& a, const auto& b) {
    return std::tie(a.name, a.client, a.source) == std::tie(b.name, b.client, b.source);
  });
}

void Findings::system_package(std::string_view name, std::string_view needed_for, std::string_view source) {
  add_once(analysis_.system_packages, {kept(name), kept(needed_for), kept(source)},
           [](const auto& a, const auto& b) { return a.name == b.name && a.needed_for == b.needed_for; });
}

void Findings::member(std::string_view path, std::string_view name, std::string_view tool,
                      std::string_view source) {
  add_once(analysis_.members, {kept(path), kept(name), kept(tool), kept(source)},
           [](const auto& a, const auto& b) { return a.path == b.path && a.tool == b.tool; });
}

void Findings::suggest(std::string_view code, std::string_view message, std::string_view source) {
  add_once(analysis_.suggestions, {std::string(code), kept(message), kept(source)},
           [](const auto& a, const auto& b) { return a.code == b.code && a.source == b.source; });
}

bool Findings::has_framework(std::string_view name, std::string_view source) const {
  return std::any_of(analysis_.frameworks.begin(), analysis_.frameworks.end(),
                     [&](const Framework& f) { return f.name == name && f.source == source; });
}

bool Findings::has_start_command(std::string_view folder) const {
  const auto here = folder.empty() ? std::string_view(".") : folder;
  return std::any_of(analysis_.start_commands.begin(), analysis_.start_commands.end(),
                     [&](const StartCommand& c) { return c.folder == here; });
}

bool Findings::has_build_tool(std::string_view name) const {
  return std::any_of(analysis_.build_tools.begin(), analysis_.build_tools.end(),
                     [&](const BuildTool& b) { return b.name == name; });
}

// A member that asks for the version a folder above it asks for already says nothing new.
void Findings::drop_repeated_versions() {
  auto& versions = analysis_.runtime_versions;
  std::vector<RuntimeVersion> kept_versions;
  for (auto& version : versions) {
    const bool repeated =
        std::any_of(kept_versions.begin(), kept_versions.end(), [&](const RuntimeVersion& above) {
          const auto folder = folder_of(above.source);
          return above.runtime == version.runtime && above.version == version.version &&
                 folder.size() < folder_of(version.source).size() && is_in_folder(version.source, folder);
        });
    if (!repeated) kept_versions.push_back(std::move(version));
  }
  versions = std::move(kept_versions);
}

bool Findings::has_port_in(std::string_view folder) const {
  return std::any_of(analysis_.ports.begin(), analysis_.ports.end(),
                     [&](const Port& p) { return is_in_folder(p.source, folder); });
}

// What a file states outright is best, then what a start command says, then what a framework does by default.
void Findings::settle_ports() {
  for (const auto& start : analysis_.start_commands) {
    const auto number = port_of_command(start.command);
    if (number && !has_port_in(start.folder == "." ? "" : start.folder))
      port(*number, "start command", start.source);
  }
  for (const auto& fallback : default_ports_) {
    if (!has_port_in(fallback.folder)) port(fallback.port.number, fallback.port.reason, fallback.port.source);
  }
}

// Folders come in the order of the walk, so "a/b" before "c"; nearest the root first is what people look for.
void Findings::settle() {
  settle_ports();
  const auto nearest_first = [](auto& list, auto path) {
    std::stable_sort(list.begin(), list.end(),
                     [&](const auto& a, const auto& b) { return depth_of(a.*path) < depth_of(b.*path); });
  };
  nearest_first(analysis_.package_managers, &PackageManager::manifest);
  nearest_first(analysis_.build_tools, &BuildTool::source);
  nearest_first(analysis_.frameworks, &Framework::source);
  nearest_first(analysis_.runtime_versions, &RuntimeVersion::source);
  drop_repeated_versions();
  nearest_first(analysis_.entry_points, &EntryPoint::source);
  nearest_first(analysis_.ports, &Port::source);
  nearest_first(analysis_.databases, &Database::source);
  nearest_first(analysis_.system_packages, &SystemPackage::source);
  std::stable_sort(
      analysis_.start_commands.begin(), analysis_.start_commands.end(), [](const auto& a, const auto& b) {
        const auto depth = [](const std::string& folder) { return folder == "." ? -1 : depth_of(folder); };
        return depth(a.folder) < depth(b.folder);
      });
}

}  // namespace container_kit::kit::analysis
