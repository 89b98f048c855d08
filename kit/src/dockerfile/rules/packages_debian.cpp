#include "dockerfile/rules/families.h"
#include "dockerfile/rules/visit.h"
#include "dockerfile/rules/wording.h"

namespace container_kit::kit::dockerfile::rule {
namespace {

// Options of apt-get that take the word behind them.
constexpr std::string_view kWithValue = "t target-release o option c config-file a host-architecture";

template <typename Visit>
void for_each_install(const LintContext& context, const Visit& visit) {
  for_each_command(context, {"apt-get"}, [&](const Script& script, const ShellCommand& command) {
    const auto packages = operands_behind(command, {"install"}, kWithValue);
    if (!packages.empty()) visit(script, command, packages);
  });
}

bool deletes_lists(const ShellCommand& command) {
  if (!is_program(command, {"rm", "find"})) return false;
  return std::any_of(command.words.begin(), command.words.end(), [](const ShellWord& word) {
    return word.text.starts_with("/var/lib/apt/lists") || word.text == "/var/lib/apt" ||
           word.text == "/var/lib/apt/*";
  });
}

bool sets_option(const ShellCommand& command, std::string_view option) {
  return std::any_of(command.words.begin(), command.words.end(),
                     [&](const ShellWord& word) { return word.text.find(option) != std::string::npos; });
}

}  // namespace

void apt_versions_are_pinned(const LintContext& context, Report& report) {
  for_each_install(context, [&](const Script& script, const ShellCommand&, const auto& packages) {
    for (const auto* package : packages) {
      const bool is_pinned =
          package->text.find_first_of("=/") != std::string::npos || package->text.ends_with(".deb");
      if (is_pinned || package->expands) continue;
      report.add(script.at(*package), "apt-get install " + quote(package->text) +
                                          " takes whatever version there is: write " +
                                          quote({package->text, "=<version>"}));
      return;  // one a command
    }
  });
}

// The lists may be deleted by a function or a script that the RUN calls at its end; only its own words are
// seen.
void apt_lists_are_deleted(const LintContext& context, Report& report) {
  CommandBehind is_later_deleted(deletes_lists);
  OncePerScript is_mounted(
      [](const Script& script) { return has_cache_mount(*script.run, "/var/lib/apt/lists"); });
  for_each_command(context, {"apt-get"}, [&](const Script& script, const ShellCommand& command) {
    if (!has_subcommand(command, {"update"}) || is_later_deleted(script, command)) return;
    if (is_mounted(script)) return;
    report.add(script.at(command),
               "apt-get update leaves its lists in the image: end this RUN with "
               "rm -rf /var/lib/apt/lists/*",
               "&& rm -rf /var/lib/apt/lists/*");
  });
}

void apt_says_yes(const LintContext& context, Report& report) {
  for_each_install(context, [&](const Script& script, const ShellCommand& command, const auto&) {
    if (has_option(command, {"y", "yes", "assume-yes", "q", "qq"}) ||
        sets_option(command, "APT::Get::Assume-Yes")) {
      return;
    }
    report.add(script.at(command), "apt-get install asks before it installs: add -y", "apt-get install -y");
  });
}

void apt_installs_no_recommends(const LintContext& context, Report& report) {
  for_each_install(context, [&](const Script& script, const ShellCommand& command, const auto&) {
    if (has_option(command, {"no-install-recommends"}) || sets_option(command, "APT::Install-Recommends"))
      return;
    report.add(script.at(command),
               "apt-get install brings recommended packages too: add --no-install-recommends",
               "apt-get install --no-install-recommends");
  });
}

void apt_get_not_apt(const LintContext& context, Report& report) {
  for_each_command(context, {"apt"}, [&](const Script& script, const ShellCommand& command) {
    report.add(script.at(command), "apt is for people at a terminal: use apt-get or apt-cache in scripts",
               "apt-get");
  });
}

}  // namespace container_kit::kit::dockerfile::rule
