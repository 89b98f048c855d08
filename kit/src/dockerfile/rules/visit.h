// Going through the commands of all RUN instructions.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "dockerfile/command_arguments.h"
#include "dockerfile/lint_context.h"

namespace container_kit::kit::dockerfile::rule {

// visit(script, command) for each command of one of the programs.
template <typename Visit>
void for_each_command(const LintContext& context, std::initializer_list<std::string_view> programs,
                      const Visit& visit) {
  for (const auto& script : context.scripts()) {
    for (const auto& command : script.commands) {
      if (is_program(command, programs)) visit(script, command);
    }
  }
}

template <typename Fits>
bool any_command(const Script& script, const Fits& fits) {
  return std::any_of(script.commands.begin(), script.commands.end(), fits);
}

// Whether a command that comes after `command` fits.
template <typename Fits>
bool any_command_behind(const Script& script, const ShellCommand& command, const Fits& fits) {
  const auto* end = script.commands.data() + script.commands.size();
  return std::any_of(&command + 1, end, fits);
}

// RUN --mount=type=cache,target=FOLDER: what is in that folder does not stay in the image. `folder` or one
// above it.
bool has_cache_mount(const Instruction& run, std::string_view folder);
// Any cache mount whose target ends so.
bool has_cache_mount_ending(const Instruction& run, std::string_view ending);

}  // namespace container_kit::kit::dockerfile::rule
