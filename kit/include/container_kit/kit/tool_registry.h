// The tools a program offers, by name.
//
// Thread safety: filled first, then only read; reading is safe from any number of threads.
// Ownership: the registry owns its tools, and they live as long as it does.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <container_kit/kit/tool.h>

namespace container_kit::kit {

class Analyses;

class ToolRegistry {
 public:
  ToolRegistry();
  ToolRegistry(ToolRegistry&& other) noexcept;
  ToolRegistry& operator=(ToolRegistry&& other) noexcept;
  ~ToolRegistry();

  // Precondition: no tool of the same name has been added.
  void add(std::unique_ptr<Tool> tool);

  // Null when there is no tool of that name.
  const Tool* find(std::string_view name) const;

  // In order of their names, so that every listing is the same.
  const std::map<std::string, std::unique_ptr<Tool>, std::less<>>& tools() const { return tools_; }

  // For a program that stays: the analysis of a repository is kept until something in it changes. `telemetry`
  // is told how often that helps. To be called before the first tool.
  void keep_analyses(telemetry::Manager& telemetry);
  Analyses* analyses() const { return analyses_.get(); }  // null where none are kept

 private:
  std::map<std::string, std::unique_ptr<Tool>, std::less<>> tools_;
  std::unique_ptr<Analyses> analyses_;
};

// Every tool in kit/src/tools/builtin.
ToolRegistry builtin_tools();

}  // namespace container_kit::kit
