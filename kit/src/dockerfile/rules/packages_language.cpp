#include <algorithm>
#include <memory_resource>
#include <optional>
#include <span>

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

bool is_pip(std::string_view name) {
  return name.starts_with("pip") && name.find_first_not_of("0123456789.", 3) == std::string_view::npos;
}

// Of python -m pip …: where "pip" is among the words; 0 where it is not there.
std::size_t pip_module_in(std::span<const ShellWord> words) {
  std::size_t option = 1;
  while (option < words.size() && words[option].text != "-m") ++option;
  return option + 1 < words.size() && words[option + 1].text == "pip" ? option + 1 : 0;
}

// pip install …, pip3 install …, python -m pip install …: what follows `install`.
std::optional<Operands> pip_install(const ShellCommand& command) {
  const auto program = program_of(command);
  if (is_pip(program)) {
    if (!has_subcommand(command, {"install"})) return std::nullopt;
    return operands_behind(command, {"install"}, kPipValues);
  }
  if (!program.starts_with("python")) return std::nullopt;
  const auto module = pip_module_in(command.words);
  if (module == 0) return std::nullopt;
  ShellCommand pip(std::pmr::get_default_resource());
  pip.words.assign(command.words.begin() + static_cast<std::ptrdiff_t>(module), command.words.end());
  if (!has_subcommand(pip, {"install"})) return std::nullopt;
  auto packages = operands_behind(pip, {"install"}, kPipValues);
  for (const auto*& word : packages) {
    word = command.words.data() + module + static_cast<std::size_t>(word - pip.words.data());
  }
  return packages;
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

// PIP_NO_CACHE_DIR=1: pip keeps nothing.
constexpr std::string_view kNoCache = "PIP_NO_CACHE_DIR";

bool disables_pip_cache(const ShellCommand& command) {
  return std::any_of(command.assignments.begin(), command.assignments.end(), [](const ShellWord& assignment) {
    return assignment.text.starts_with(kNoCache) && is_set(assignment.text.substr(kNoCache.size() + 1));
  });
}

bool exports_it(const ShellCommand& command) {
  return std::any_of(command.words.begin(), command.words.end(), [](const ShellWord& word) {
    return word.text.starts_with(kNoCache) && word.text.substr(kNoCache.size()).starts_with('=');
  });
}

// By stage: whether ENV or ARG sets it there, or in one that it is built on.
std::vector<bool> stages_without_pip_cache(const LintContext& context) {
  std::vector<bool> without;
  for (const auto& stage : context.stages()) {
    bool is_disabled = stage.parent != kNoStage && without[stage.parent];
    for (auto i = stage.stage->first; i < stage.stage->end; ++i) {
      const auto& instruction = context.instructions()[i];
      if (instruction.keyword == Keyword::kLabel) continue;
      for (const auto& pair : instruction.pairs) {
        if (pair.key.text == kNoCache && pair.value && is_set(pair.value->text)) is_disabled = true;
      }
    }
    without.push_back(is_disabled);
  }
  return without;
}

bool removes_pip_cache(const ShellCommand& command) {
  if (is_pip(program_of(command))) return has_subcommand(command, {"cache"});
  return is_program(command, {"rm"}) &&
         std::any_of(command.words.begin(), command.words.end(),
                     [](const auto& word) { return contains(word.text, ".cache"); });
}

bool removes_yarn_cache(const ShellCommand& command) {
  if (is_program(command, {"yarn"})) return has_word(command, "cache") && has_word(command, "clean");
  return is_program(command, {"rm"}) &&
         std::any_of(command.words.begin(), command.words.end(), [](const auto& word) {
           return contains(word.text, "yarn") || contains(word.text, ".cache");
         });
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
      const auto packages = pip_install(command);
      if (!packages || has_option(command, {"c", "constraint"})) continue;
      for (const auto* package : *packages) {
        if (package->expands || is_pinned_for_pip(package->text)) continue;
        report.add(script.at(*package), "pip takes whatever version of " + quote(package->text) +
                                            " there is: write " + quote({package->text, "==<version>"}) +
                                            " or a requirements file");
        break;
      }
    }
  }
}

void pip_keeps_no_cache(const LintContext& context, Report& report) {
  const auto without_cache = stages_without_pip_cache(context);
  OncePerScript is_kept_out([&](const Script& script) {
    return any_command(script, exports_it) || (script.stage != kNoStage && without_cache[script.stage]) ||
           has_cache_mount_ending(*script.run, "pip") || has_cache_mount_ending(*script.run, ".cache");
  });
  CommandBehind is_removed(removes_pip_cache);
  for (const auto& script : context.scripts()) {
    for (const auto& command : script.commands) {
      if (!pip_install(command) || has_option(command, {"no-cache-dir"}) || disables_pip_cache(command)) {
        continue;
      }
      if (is_kept_out(script) || is_removed(script, command)) continue;
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
                                          " there is: write " + quote({package->text, "@<version>"}));
      return;
    }
  });
}

void yarn_is_cleaned(const LintContext& context, Report& report) {
  CommandBehind is_removed(removes_yarn_cache);
  OncePerScript is_mounted([](const Script& script) {
    const auto& flags = script.run->flags;
    return std::any_of(flags.begin(), flags.end(), [](const Flag& flag) {
      return flag.name == "mount" && contains(flag.value, "type=cache");
    });
  });
  for_each_command(context, {"yarn"}, [&](const Script& script, const ShellCommand& command) {
    if (!has_subcommand(command, {"install"}) || is_removed(script, command) || is_mounted(script)) return;
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
                                      quote({gem->text, ":<version>"}));
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
                                          quote({package->text.substr(0, at), "@<version>"}));
      return;
    }
  });
}

}  // namespace container_kit::kit::dockerfile::rule
