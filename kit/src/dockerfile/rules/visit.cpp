#include "dockerfile/rules/visit.h"

#include "analyze/text.h"

namespace container_kit::kit::dockerfile::rule {
namespace {

// The target of a cache mount without the slash at its end; "" for other flags.
std::string_view cache_target(const Flag& flag) {
  if (flag.name != "mount") return {};
  bool is_cache = false;
  std::string_view target;
  for (const auto option : analysis::split(flag.value, ',')) {
    if (option == "type=cache") is_cache = true;
    for (const std::string_view name : {"target=", "dst=", "destination="}) {
      if (option.starts_with(name)) target = option.substr(name.size());
    }
  }
  while (target.size() > 1 && target.ends_with('/')) target.remove_suffix(1);
  return is_cache ? target : std::string_view{};
}

bool is_within(std::string_view path, std::string_view folder) {
  return path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

}  // namespace

bool has_cache_mount(const Instruction& run, std::string_view folder) {
  return std::any_of(run.flags.begin(), run.flags.end(), [&](const Flag& flag) {
    const auto target = cache_target(flag);
    return !target.empty() && is_within(folder, target);
  });
}

bool has_cache_mount_ending(const Instruction& run, std::string_view ending) {
  return std::any_of(run.flags.begin(), run.flags.end(),
                     [&](const Flag& flag) { return cache_target(flag).ends_with(ending); });
}

}  // namespace container_kit::kit::dockerfile::rule
