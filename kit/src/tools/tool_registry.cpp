#include <cassert>

#include <container_kit/kit/tool_registry.h>

namespace container_kit::kit {

void ToolRegistry::add(std::unique_ptr<Tool> tool) {
  std::string name(tool->name());
  const bool added = tools_.emplace(std::move(name), std::move(tool)).second;
  assert(added);
  static_cast<void>(added);
}

const Tool* ToolRegistry::find(std::string_view name) const {
  const auto found = tools_.find(name);
  return found == tools_.end() ? nullptr : found->second.get();
}

}  // namespace container_kit::kit
