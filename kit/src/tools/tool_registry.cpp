#include <cassert>

#include <container_kit/kit/tool_registry.h>

#include "tools/analyses.h"

namespace container_kit::kit {

ToolRegistry::ToolRegistry() = default;
ToolRegistry::ToolRegistry(ToolRegistry&& other) noexcept = default;
ToolRegistry& ToolRegistry::operator=(ToolRegistry&& other) noexcept = default;
ToolRegistry::~ToolRegistry() = default;

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

void ToolRegistry::keep_analyses(telemetry::Manager& telemetry) {
  analyses_ = std::make_unique<Analyses>(telemetry);
}

}  // namespace container_kit::kit
