#include "generate/plan.h"

#include <algorithm>

#include "generate/safe_words.h"

namespace container_kit::kit::generate {
namespace {

bool is_at_top(std::string_view path) {
  return path.find('/') == std::string_view::npos;
}

std::string joined(const std::vector<int>& numbers, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < std::min(count, numbers.size()); ++i) {
    text += (text.empty() ? "" : ".") + std::to_string(numbers[i]);
  }
  return text;
}

// A bound that `otherwise` may satisfy as well: ">=18", "^8.2", "~> 3.1" of more numbers than a tag has.
bool is_lower_bound(std::string_view stated, const std::vector<int>& numbers,
                    const std::vector<int>& otherwise) {
  if (stated.starts_with(">")) return otherwise >= numbers;
  if (numbers.size() < otherwise.size()) return std::equal(numbers.begin(), numbers.end(), otherwise.begin());
  const bool is_caret = stated.starts_with("^") || stated.starts_with("~>");
  return is_caret && otherwise.size() > 1 && otherwise.front() == numbers.front() && otherwise >= numbers;
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
    if (stated.runtime != runtime || numbers_of(stated.version).empty() || stated.version.starts_with("<"))
      continue;
    if (is_at_top(stated.source)) return &stated;
    if (nested == nullptr) nested = &stated;
  }
  return nested;
}

std::string Repository::version(Plan& plan, std::string_view runtime, std::string_view otherwise) const {
  const auto* stated = stated_version(runtime);
  if (stated == nullptr) {
    plan.decide(std::string(runtime) + " " + std::string(otherwise) + ", as no file says which");
    return std::string(otherwise);
  }
  const auto numbers = numbers_of(stated->version);
  const auto usual = numbers_of(otherwise);
  auto version = is_lower_bound(stated->version, numbers, usual) ? std::string(otherwise)
                                                                 : joined(numbers, usual.size());
  plan.decide(std::string(runtime) + " " + version + ", where " + stated->version + " is asked for",
              stated->source);
  return version;
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
