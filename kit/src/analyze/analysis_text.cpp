#include <algorithm>
#include <string_view>

#include <container_kit/kit/analysis.h>

#include "analyze/safe_text.h"

namespace container_kit::kit {
namespace {

constexpr std::size_t kLabelWidth = 18;
constexpr std::size_t kMaxRows = 20;  // of one section; the JSON has all

std::string from(const std::string& source) {
  return source.empty() ? "" : "  (" + source + ")";
}

std::string with(const std::string& name, const std::string& version) {
  return version.empty() ? name : name + " " + version;
}

std::string counted(std::uint64_t number, const char* what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

std::string row(const Language& l) {
  return l.name + ": " + counted(l.lines, "line") + " in " + counted(l.files, "file");
}
std::string row(const PackageManager& m) {
  return with(m.name, m.version) + (m.locked ? "" : ", no lock file") +
         from(m.lock_file.empty() ? m.manifest : m.manifest + ", " + m.lock_file);
}
std::string row(const BuildTool& b) {
  return with(b.name, b.version) + from(b.source);
}
std::string row(const Framework& f) {
  return with(f.name, f.version) + from(f.source);
}
std::string row(const RuntimeVersion& r) {
  return r.runtime + " " + r.version + from(r.source);
}
std::string row(const EntryPoint& e) {
  return (e.name.empty() ? e.path : e.name + " = " + e.path) + (e.source == e.path ? "" : from(e.source));
}
std::string row(const StartCommand& s) {
  return s.command + (s.folder == "." ? "" : "  in " + s.folder) + from(s.source);
}
std::string row(const Port& p) {
  return std::to_string(p.number) + ", " + p.reason + from(p.source);
}
std::string row(const Database& d) {
  return d.name + ", by " + d.client + from(d.source);
}
std::string row(const SystemPackage& p) {
  return p.name + ", for " + p.needed_for + from(p.source);
}
std::string row(const WorkspaceMember& m) {
  return m.path + (m.name.empty() ? "" : ", " + m.name) + "  (" + m.tool + ")";
}
std::string row(const Suggestion& s) {
  return s.message;
}
std::string row(const Note& n) {
  return n.message;
}

void add_row(std::string& out, std::string_view label, const std::string& row) {
  out += label;
  out.append(kLabelWidth - std::min(kLabelWidth, label.size()), ' ');
  out += analysis::printable(row);
  out += '\n';
}

template <typename T>
void add_section(std::string& out, std::string_view label, const std::vector<T>& items) {
  const std::size_t shown = std::min(items.size(), kMaxRows);
  for (std::size_t i = 0; i < shown; ++i) add_row(out, i == 0 ? label : "", row(items[i]));
  if (items.size() > shown) add_row(out, "", "and " + std::to_string(items.size() - shown) + " more");
}

}  // namespace

std::string to_text(const Analysis& a) {
  std::string out;
  add_row(out, "Repository", a.path);
  add_row(out, "Size",
          counted(a.files, "file") + " in " + counted(a.folders, "folder") + ", " + counted(a.lines, "line"));
  add_section(out, "Languages", a.languages);
  add_section(out, "Package managers", a.package_managers);
  add_section(out, "Build tools", a.build_tools);
  add_section(out, "Frameworks", a.frameworks);
  add_section(out, "Versions", a.runtime_versions);
  add_section(out, "Entry points", a.entry_points);
  add_section(out, "Start", a.start_commands);
  add_section(out, "Ports", a.ports);
  add_section(out, "Databases", a.databases);
  add_section(out, "System packages", a.system_packages);
  add_section(out, "Members", a.members);
  add_section(out, "Suggestions", a.suggestions);
  add_section(out, "Notes", a.notes);
  return out;
}

}  // namespace container_kit::kit
