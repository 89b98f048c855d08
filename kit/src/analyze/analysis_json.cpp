#include <boost/json.hpp>

#include <container_kit/kit/analysis_json.h>

#include "analyze/safe_text.h"

namespace container_kit::kit {
namespace {

namespace json = boost::json;

json::string text(std::string_view value) {
  return json::string(analysis::valid_utf8(value));
}

std::string_view name_of(LanguageKind kind) {
  switch (kind) {
    case LanguageKind::kProgramming:
      return "programming";
    case LanguageKind::kMarkup:
      return "markup";
    case LanguageKind::kBuild:
      return "build";
    case LanguageKind::kData:
      return "data";
    case LanguageKind::kProse:
      return "prose";
  }
  return "";
}

json::object item(const Language& l) {
  return {{"name", text(l.name)}, {"kind", name_of(l.kind)}, {"files", l.files}, {"lines", l.lines}};
}

json::object item(const PackageManager& m) {
  return {{"name", text(m.name)},
          {"manifest", text(m.manifest)},
          {"lock_file", m.lock_file.empty() ? json::value(nullptr) : json::value(text(m.lock_file))},
          {"version", text(m.version)},
          {"locked", m.locked}};
}

json::object item(const Framework& f) {
  return {{"name", text(f.name)}, {"version", text(f.version)}, {"source", text(f.source)}};
}

json::object item(const BuildTool& b) {
  return {{"name", text(b.name)}, {"version", text(b.version)}, {"source", text(b.source)}};
}

json::object item(const RuntimeVersion& r) {
  return {{"runtime", text(r.runtime)}, {"version", text(r.version)}, {"source", text(r.source)}};
}

json::object item(const EntryPoint& e) {
  return {{"path", text(e.path)}, {"name", text(e.name)}, {"source", text(e.source)}};
}

json::object item(const StartCommand& s) {
  return {{"command", text(s.command)}, {"folder", text(s.folder)}, {"source", text(s.source)}};
}

json::object item(const Port& p) {
  return {{"number", p.number}, {"reason", text(p.reason)}, {"source", text(p.source)}};
}

json::object item(const Database& d) {
  return {{"name", text(d.name)}, {"client", text(d.client)}, {"source", text(d.source)}};
}

json::object item(const SystemPackage& p) {
  return {{"name", text(p.name)}, {"needed_for", text(p.needed_for)}, {"source", text(p.source)}};
}

json::object item(const WorkspaceMember& m) {
  return {{"path", text(m.path)}, {"name", text(m.name)}, {"tool", text(m.tool)}, {"source", text(m.source)}};
}

json::object item(const Suggestion& s) {
  return {{"code", text(s.code)}, {"message", text(s.message)}, {"source", text(s.source)}};
}

json::object item(const Note& n) {
  return {{"code", text(n.code)}, {"message", text(n.message)}};
}

template <typename T>
json::array list(const std::vector<T>& items) {
  json::array array;
  for (const auto& each : items) array.push_back(item(each));
  return array;
}

}  // namespace

json::value to_json(const Analysis& a) {
  return {
      {"path", text(a.path)},
      {"files", a.files},
      {"folders", a.folders},
      {"lines", a.lines},
      {"languages", list(a.languages)},
      {"package_managers", list(a.package_managers)},
      {"build_tools", list(a.build_tools)},
      {"frameworks", list(a.frameworks)},
      {"runtime_versions", list(a.runtime_versions)},
      {"entry_points", list(a.entry_points)},
      {"start_commands", list(a.start_commands)},
      {"ports", list(a.ports)},
      {"databases", list(a.databases)},
      {"system_packages", list(a.system_packages)},
      {"members", list(a.members)},
      {"suggestions", list(a.suggestions)},
      {"notes", list(a.notes)},
  };
}

}  // namespace container_kit::kit
