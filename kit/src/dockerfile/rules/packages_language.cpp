#include <algorithm>

#include "analyze/text.h"
#include "dockerfile/rules/families.h"
#include "dockerfile/rules/visit.h"
#include "dockerfile/rules/wording.h"

namespace container_kit::kit::dockerfile::rule {
namespace {

using analysis::contains;

constexpr std::string_view kPipValues =
    "r requirement c constraint e editable t target i index-url extra-index-url f find-links platform "
    "python-version implementation abi root prefix src upgrade-strategy no-binary only-binary progress-bar "
    "proxy "
    "trusted-host cache-dir log timeout retries cert client-cert config-settings report";
constexpr std::string_view kNpmValues =
    "registry prefix C cache loglevel w workspace tag omit include before";
constexpr std::string_view kGemValues =
    "v version i install-dir n bindir s source p http-proxy document config-file";

bool is_pip(const ShellCommand& command) {
  const auto name = program_of(command);
  return name.starts_with("pip") && name.find_first_not_of("0123456789.", 3) == std::string_view::npos;
}

// pip install …, pip3 install …, python -m pip install …: what follows `install`, or nothing.
bool read_pip_install(const ShellCommand& command, std::vector<const ShellWord*>& packages) {
  ShellCommand inner = command;
  if (program_of(command).starts_with("python")) {
    const auto& words = command.words;
    std::size_t module = 1;
    while (module < words.size() && words[module].text != "-m") ++module;
    if (module + 1 >= words.size() || words[module + 1].text != "pip") return false;
    inner.words.erase(inner.words.begin(), inner.words.begin() + static_cast<std::ptrdiff_t>(module) + 1);
  } else if (!is_pip(command)) {
    return false;
  }
  if (!has_subcommand(inner, {"install"})) return false;
  for (const auto* word : operands_behind(inner, {"install"}, kPipValues)) {
    const auto same = std::find_if(command.words.begin(), command.words.end(),
                                   [&](const ShellWord& other) { return other.offset == word->offset; });
    packages.push_back(&*same);
  }
  return true;
}

bool is_pinned_for_pip(std::string_view package) {
  if (contains(package, "://"))
    return !package.starts_with("git") || contains(package.substr(package.find("://") + 3), "@");
  for (const std::string_view mark : {"==", ">=", "<=", "~=", "!=", ">", "<", " @ "}) {
    if (contains(package, mark)) return true;
  }
  return contains(package, "/") || package.starts_with('.') || package.ends_with(".whl") ||
         package.ends_with(".tar.gz") || package.ends_with(".zip");
}

bool is_set(std::string_view value) {
  const auto text = analysis::lower(analysis::unquoted(value));
  return text == "1" || text == "true" || text == "on" || text == "yes";
}

// PIP_NO_CACHE_DIR=1 by ENV or ARG, in the stage or one it is built on, or in the command itself.
bool disables_pip_cache(const LintContext& context, const Script& script, const ShellCommand& command) {
  constexpr std::string_view kName = "PIP_NO_CACHE_DIR";
  for (const auto& assignment : command.assignments) {
    if (assignment.text.starts_with(kName) && is_set(assignment.text.substr(kName.size() + 1))) return true;
  }
  const auto exports = [&](const ShellCommand& other) {
    return std::any_of(other.words.begin(), other.words.end(),
                       [&](const ShellWord& word) { return word.text.starts_with("PIP_NO_CACHE_DIR="); });
  };
  if (any_command(script, exports)) return true;
  for (auto stage = script.stage; stage != kNoStage; stage = context.stages()[stage].parent) {
    const auto& range = *context.stages()[stage].stage;
    for (auto i = range.first; i < range.end; ++i) {
      const auto& instruction = context.instructions()[i];
      if (instruction.keyword == Keyword::kLabel) continue;
      for (const auto& pair : instruction.pairs) {
        if (pair.key.text == kName && pair.value && is_set(pair.value->text)) return true;
      }
    }
  }
  return false;
}

bool is_pinned_for_npm(std::string_view package) {
  if (contains(package, "://") || package.starts_with("git@")) {
    return !package.starts_with("git") || contains(package, "#");
  }
  for (const std::string_view folder : {"/", "./", "../", "~/"}) {
    if (package.starts_with(folder)) return true;
  }
  if (package == "." || package.ends_with(".tar") || package.ends_with(".tar.gz") ||
      package.ends_with(".tgz")) {
    return true;
  }
  return package.find('@', 1) != std::string_view::npos;
}

}  // namespace

void pip_versions_are_pinned(const LintContext& context, Report& report) {
  for (const auto& script : context.scripts()) {
    for (const auto& command : script.commands) {
      std::vector<const ShellWord*> packages;
      if (!read_pip_install(command, packages)) continue;
      if (has_option(command, {"c", "constraint"})) continue;
      for (const auto* package : packages) {
        if (package->expands || is_pinned_for_pip(package->text)) continue;
        report.add(script.at(*package), "pip takes whatever version of " + quote(package->text) +
                                            " there is: write " + quote(package->text + "==<version>") +
                                            " or a requirements file");
        break;
      }
    }
  }
}

void pip_keeps_no_cache(const LintContext& context, Report& report) {
  for (const auto& script : context.scripts()) {
    for (const auto& command : script.commands) {
      std::vector<const ShellWord*> packages;
      if (!read_pip_install(command, packages)) continue;
      if (has_option(command, {"no-cache-dir"}) || disables_pip_cache(context, script, command)) continue;
      if (has_cache_mount_ending(*script.run, "pip") || has_cache_mount_ending(*script.run, ".cache"))
        continue;
      const bool cleans = any_command_behind(script, command, [](const ShellCommand& other) {
        return (is_pip(other) && has_subcommand(other, {"cache"})) ||
               (is_program(other, {"rm"}) &&
                std::any_of(other.words.begin(), other.words.end(),
                            [](const auto& word) { return contains(word.text, ".cache"); }));
      });
      if (cleans) continue;
      report.add(script.at(command), "pip leaves its cache in the image: add --no-cache-dir",
                 "--no-cache-dir");
    }
  }
}

void npm_versions_are_pinned(const LintContext& context, Report& report) {
  for_each_command(context, {"npm"}, [&](const Script& script, const ShellCommand& command) {
    for (const auto* package : operands_behind(command, {"install", "i", "add"}, kNpmValues)) {
      if (package->expands || is_pinned_for_npm(package->text)) continue;
      report.add(script.at(*package), "npm takes whatever version of " + quote(package->text) +
                                          " there is: write " + quote(package->text + "@<version>"));
      return;
    }
  });
}

void yarn_is_cleaned(const LintContext& context, Report& report) {
  for_each_command(context, {"yarn"}, [&](const Script& script, const ShellCommand& command) {
    if (!has_subcommand(command, {"install"})) return;
    const bool cleans = any_command_behind(script, command, [](const ShellCommand& other) {
      return (is_program(other, {"yarn"}) && has_word(other, "cache") && has_word(other, "clean")) ||
             (is_program(other, {"rm"}) &&
              std::any_of(other.words.begin(), other.words.end(), [](const auto& word) {
                return contains(word.text, "yarn") || contains(word.text, ".cache");
              }));
    });
    const auto& flags = script.run->flags;
    const bool is_mounted = std::any_of(flags.begin(), flags.end(), [](const Flag& flag) {
      return flag.name == "mount" && contains(flag.value, "type=cache");
    });
    if (cleans || is_mounted) return;
    report.add(script.at(command), "yarn leaves its cache in the image: end this RUN with yarn cache clean",
               "&& yarn cache clean");
  });
}

void gem_versions_are_pinned(const LintContext& context, Report& report) {
  for_each_command(context, {"gem"}, [&](const Script& script, const ShellCommand& command) {
    if (has_option(command, {"v", "version"})) return;
    for (const auto* gem : operands_behind(command, {"install", "i"}, kGemValues)) {
      if (gem->expands || gem->text.find(':') != std::string::npos || gem->text.ends_with(".gem")) continue;
      report.add(script.at(*gem), "gem takes whatever version of " + quote(gem->text) + " there is: write " +
                                      quote(gem->text + ":<version>"));
      return;
    }
  });
}

void go_versions_are_pinned(const LintContext& context, Report& report) {
  for_each_command(context, {"go"}, [&](const Script& script, const ShellCommand& command) {
    for (const auto* package :
         operands_behind(command, {"install"}, "ldflags tags o p mod gcflags asmflags")) {
      const auto at = package->text.find('@');
      const bool is_module = package->text.find('.') != std::string::npos && package->text.front() != '.' &&
                             package->text.find('/') != std::string::npos && package->text.front() != '/';
      const bool is_latest = at != std::string::npos && package->text.substr(at + 1) == "latest";
      if (package->expands || !is_module || (at != std::string::npos && !is_latest)) continue;
      report.add(script.at(*package), "go install takes whatever version of " +
                                          quote(package->text.substr(0, at)) + " there is: write " +
                                          quote(package->text.substr(0, at) + "@<version>"));
      return;
    }
  });
}

}  // namespace container_kit::kit::dockerfile::rule
