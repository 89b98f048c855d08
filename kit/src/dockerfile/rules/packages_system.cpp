#include <algorithm>

#include "dockerfile/rules/families.h"
#include "dockerfile/rules/visit.h"
#include "dockerfile/rules/wording.h"

namespace container_kit::kit::dockerfile::rule {
namespace {

using Programs = std::initializer_list<std::string_view>;

constexpr std::string_view kYumValues =
    "c config x exclude enablerepo disablerepo repo installroot releasever setopt";
constexpr std::string_view kZypperValues = "t type r repo p plus-repo root R";

bool is_rpm_version(std::string_view part) {
  return std::all_of(part.begin(), part.end(), [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    return letter || digit || std::string_view(".~^_:+*").find(c) != std::string_view::npos;
  });
}

// name-1.2, name-1.2-3.el9: a part behind a dash begins with a digit.
bool has_rpm_version(std::string_view package) {
  if (package.ends_with(".rpm") || package.find_first_of("/=") != std::string_view::npos) return true;
  for (auto dash = package.find('-'); dash != std::string_view::npos; dash = package.find('-', dash + 1)) {
    const auto rest = package.substr(dash + 1);
    const auto part = rest.substr(0, rest.find('-'));
    if (!part.empty() && part.front() >= '0' && part.front() <= '9' && is_rpm_version(part)) return true;
  }
  return false;
}

bool is_group(std::string_view package) {
  return package.starts_with('@');
}

// Calls visit(script, command, packages) for each installation of packages.
template <typename Visit>
void for_each_install(const LintContext& context, Programs programs, Programs subcommands,
                      std::string_view values, const Visit& visit) {
  for_each_command(context, programs, [&](const Script& script, const ShellCommand& command) {
    const auto packages = operands_behind(command, subcommands, values);
    if (!packages.empty()) visit(script, command, packages);
  });
}

template <typename IsPinned>
void check_pins(const LintContext& context, Report& report, Programs programs, Programs subcommands,
                std::string_view values, std::string_view joint, const IsPinned& is_pinned) {
  for_each_install(context, programs, subcommands, values,
                   [&](const Script& script, const ShellCommand& command, const auto& packages) {
                     for (const auto* package : packages) {
                       if (package->expands || is_pinned(package->text)) continue;
                       report.add(script.at(*package), std::string(program_of(command)) +
                                                           " takes whatever version of " +
                                                           quote(package->text) + " there is: write " +
                                                           quote({package->text, joint, "<version>"}));
                       return;
                     }
                   });
}

void check_yes(const LintContext& context, Report& report, Programs programs, Programs subcommands,
               std::string_view values, Programs options) {
  for_each_install(context, programs, subcommands, values,
                   [&](const Script& script, const ShellCommand& command, const auto&) {
                     if (has_option(command, options)) return;
                     report.add(script.at(command), std::string(program_of(command)) +
                                                        " install asks before it installs: add -y");
                   });
}

void check_clean(const LintContext& context, Report& report, std::string_view program, Programs subcommands,
                 std::string_view values, std::string_view cache) {
  const std::string name(program);
  const std::string clean = name + " clean" + (program == "zypper" ? "" : " all");
  CommandBehind is_cleaned([&](const ShellCommand& other) {
    if (is_program(other, {"rm"})) {
      return std::any_of(other.words.begin(), other.words.end(),
                         [&](const ShellWord& word) { return word.text.starts_with(cache); });
    }
    return program_of(other) == program && has_subcommand(other, {"clean", "cc"});
  });
  OncePerScript is_mounted([&](const Script& script) { return has_cache_mount(*script.run, cache); });
  for_each_install(context, {program}, subcommands, values,
                   [&](const Script& script, const ShellCommand& command, const auto&) {
                     if (is_cleaned(script, command) || is_mounted(script)) return;
                     report.add(script.at(command),
                                name + " leaves its cache in the image: end this RUN with " + clean,
                                "&& " + clean);
                   });
}

}  // namespace

void apk_versions_are_pinned(const LintContext& context, Report& report) {
  check_pins(context, report, {"apk"}, {"add"}, "t virtual repository X p root keys-dir", "=",
             [](std::string_view package) {
               return package.find_first_of("=~<>@/") != std::string_view::npos ||
                      package.ends_with(".apk") || package.starts_with('.');
             });
}

void apk_keeps_no_cache(const LintContext& context, Report& report) {
  OncePerScript is_mounted([](const Script& script) {
    return has_cache_mount(*script.run, "/var/cache/apk") || has_cache_mount(*script.run, "/etc/apk/cache");
  });
  for_each_command(context, {"apk"}, [&](const Script& script, const ShellCommand& command) {
    if (!has_subcommand(command, {"add"}) || has_option(command, {"no-cache"})) return;
    if (is_mounted(script)) return;
    report.add(script.at(command), "apk add leaves its index in the image: add --no-cache",
               "apk add --no-cache");
  });
}

void yum_says_yes(const LintContext& context, Report& report) {
  check_yes(context, report, {"yum"}, {"install", "groupinstall", "localinstall"}, kYumValues,
            {"y", "yes", "assumeyes"});
}

void yum_is_cleaned(const LintContext& context, Report& report) {
  check_clean(context, report, "yum", {"install"}, kYumValues, "/var/cache/yum");
}

void yum_versions_are_pinned(const LintContext& context, Report& report) {
  check_pins(context, report, {"yum"}, {"install"}, kYumValues, "-",
             [](std::string_view package) { return is_group(package) || has_rpm_version(package); });
}

void zypper_says_yes(const LintContext& context, Report& report) {
  for_each_install(context, {"zypper"}, {"install", "in"}, kZypperValues,
                   [&](const Script& script, const ShellCommand& command, const auto&) {
                     if (has_option(command, {"n", "non-interactive", "no-confirm", "y"})) return;
                     report.add(script.at(command), "zypper install asks before it installs: add -y");
                   });
}

void zypper_does_not_upgrade(const LintContext& context, Report& report) {
  for_each_command(context, {"zypper"}, [&](const Script& script, const ShellCommand& command) {
    if (!has_subcommand(command, {"dist-upgrade", "dup"})) return;
    report.add(script.at(command),
               "zypper dist-upgrade makes another system of the base image: take a newer image");
  });
}

void zypper_is_cleaned(const LintContext& context, Report& report) {
  check_clean(context, report, "zypper", {"install", "in"}, kZypperValues, "/var/cache/zypp");
}

void zypper_versions_are_pinned(const LintContext& context, Report& report) {
  check_pins(context, report, {"zypper"}, {"install", "in"}, kZypperValues, "=",
             [](std::string_view package) {
               return package.find_first_of("=<>") != std::string_view::npos || has_rpm_version(package);
             });
}

void dnf_says_yes(const LintContext& context, Report& report) {
  check_yes(context, report, {"dnf", "microdnf"}, {"install", "groupinstall", "localinstall"}, kYumValues,
            {"y", "yes", "assumeyes"});
}

void dnf_is_cleaned(const LintContext& context, Report& report) {
  for (const std::string_view program : {"dnf", "microdnf"}) {
    check_clean(context, report, program, {"install"}, kYumValues, "/var/cache/");
  }
}

void dnf_versions_are_pinned(const LintContext& context, Report& report) {
  check_pins(context, report, {"dnf", "microdnf"}, {"install"}, kYumValues, "-",
             [](std::string_view package) { return is_group(package) || has_rpm_version(package); });
}

}  // namespace container_kit::kit::dockerfile::rule
