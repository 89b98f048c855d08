// Going through the commands of all RUN instructions.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "dockerfile/command_arguments.h"
#include "dockerfile/lint_context.h"

namespace container_kit::kit::dockerfile::rule {

// visit(script, command) for each command of one of the programs.
template <typename Visit>
void for_each_command(const LintContext& context, std::initializer_list<std::string_view> programs,
                      const Visit& visit) {
  for (const auto& [script, command] : context.commands_of(programs)) visit(*script, *command);
}

template <typename Fits>
bool any_command(const Script& script, const Fits& fits) {
  return std::any_of(script.commands.begin(), script.commands.end(), fits);
}

// Whether a command that comes after another one of its script fits. Each script is gone through once.
template <typename Fits>
class CommandBehind {
 public:
  explicit CommandBehind(Fits fits) : fits_(std::move(fits)) {}

  bool operator()(const Script& script, const ShellCommand& command) {
    if (script_ != &script) {
      script_ = &script;
      const auto last = std::find_if(script.commands.rbegin(), script.commands.rend(), fits_);
      behind_last_ = static_cast<std::size_t>(script.commands.rend() - last);
    }
    return static_cast<std::size_t>(&command - script.commands.data()) + 1 < behind_last_;
  }

 private:
  Fits fits_;
  const Script* script_ = nullptr;
  std::size_t behind_last_ = 0;  // the last that fits; 0 for none
};

// What holds for a script as a whole, asked for each of its commands and found out once.
template <typename Holds>
class OncePerScript {
 public:
  explicit OncePerScript(Holds holds) : holds_(std::move(holds)) {}

  bool operator()(const Script& script) {
    if (script_ != &script) answer_ = holds_(script);
    script_ = &script;
    return answer_;
  }

 private:
  Holds holds_;
  const Script* script_ = nullptr;
  bool answer_ = false;
};

// RUN --mount=type=cache,target=FOLDER: what is in that folder does not stay in the image. `folder` or one
// above it.
bool has_cache_mount(const Instruction& run, std::string_view folder);
// Any cache mount whose target ends so.
bool has_cache_mount_ending(const Instruction& run, std::string_view ending);

}  // namespace container_kit::kit::dockerfile::rule
