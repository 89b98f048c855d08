#include "generate/plan.h"

#include <algorithm>

#include "generate/image_versions.h"
#include "generate/safe_words.h"

namespace container_kit::kit::generate {
namespace {

bool is_at_top(std::string_view path) {
  return path.find('/') == std::string_view::npos;
}

}  // namespace

const PackageManager* Repository::manager(std::string_view name) const {
  const auto& all = analysis().package_managers;
  const auto found = std::find_if(all.begin(), all.end(), [&](const PackageManager& manager) {
    return manager.name == name && is_at_top(manager.manifest);
  });
  return found == all.end() ? nullptr : &*found;
}

bool Repository::has_framework(std::string_view name) const {
  const auto& all = analysis().frameworks;
  return std::any_of(all.begin(), all.end(),
                     [&](const Framework& framework) { return framework.name == name; });
}

std::uint16_t Repository::port(Plan& plan, std::uint16_t otherwise) const {
  if (port_ != 0) {
    plan.decide("listens on port " + std::to_string(port_) + ", as asked for");
    return port_;
  }
  for (const auto& port : analysis().ports) {
    plan.decide("listens on port " + std::to_string(port.number) + ": " + port.reason, port.source);
    return port.number;
  }
  if (otherwise != 0) plan.decide("listens on port " + std::to_string(otherwise) + ", the usual one");
  return otherwise;
}

const RuntimeVersion* Repository::stated_version(std::string_view runtime) const {
  const RuntimeVersion* nested = nullptr;
  for (const auto& stated : analysis().runtime_versions) {
    const bool says_which = !numbers_of(stated.version).empty() || stated.version.starts_with("lts");
    if (stated.runtime != runtime || !says_which) continue;
    if (is_at_top(stated.source)) return &stated;
    if (nested == nullptr) nested = &stated;
  }
  return nested;
}

std::string Repository::version(Plan& plan, std::string_view runtime) const {
  const auto* stated = stated_version(runtime);
  auto chosen = image_version(runtime, stated == nullptr ? std::string_view() : stated->version);
  if (stated == nullptr) {
    plan.decide(std::string(runtime) + " " + chosen.version + ", as no file says which");
    return chosen.version;
  }
  plan.decide(std::string(runtime) + " " + chosen.version + ", where " + stated->version + " is asked for",
              stated->source);
  if (!chosen.warning.empty()) plan.warnings.push_back(std::move(chosen.warning));
  return chosen.version;
}

std::vector<std::string> Repository::system_packages() const {
  std::vector<std::string> names;
  for (const auto& package : analysis().system_packages) {
    if (is_package_name(package.name)) names.push_back(package.name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Repository::Arguments Repository::start(Plan& plan, std::uint16_t port,
                                        const std::function<bool(const Arguments&)>& accepts) const {
  for (const auto& start : analysis().start_commands) {
    if (start.folder != ".") continue;
    const auto arguments = arguments_of(start.command, port == 0 ? "" : std::to_string(port));
    if (!arguments || !accepts(*arguments)) continue;
    plan.decide("starts with " + start.command, start.source);
    return *arguments;
  }
  return {};
}

ToolError missing(std::string message) {
  return {ToolErrorCode::kInvalidArgument, std::move(message), "path"};
}

}  // namespace container_kit::kit::generate
