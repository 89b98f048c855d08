#include <algorithm>
#include <set>

#include "analyze/text.h"
#include "dockerfile/rules/families.h"
#include "dockerfile/rules/visit.h"
#include "dockerfile/rules/wording.h"

namespace container_kit::kit::dockerfile::rule {
namespace {

constexpr std::size_t kShortUid = 5;  // digits; higher ids make lastlog and faillog huge, sparse files

// The value of an option that is written as `-u VALUE`, `-uVALUE`, `--uid VALUE` or `--uid=VALUE`.
std::string_view value_of(const ShellCommand& command, std::string_view letter, std::string_view name) {
  const auto& words = command.words;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string_view text = words[i].text;
    const bool has_next = i + 1 < words.size();
    if ((text == letter || text == name) && has_next) return words[i + 1].text;
    if (text.starts_with(name) && text.substr(name.size()).starts_with('='))
      return text.substr(name.size() + 1);
    if (text.starts_with(letter) && !text.starts_with("--")) return text.substr(letter.size());
  }
  return {};
}

bool mentions_pipefail(const ShellCommand& command) {
  return std::any_of(command.words.begin(), command.words.end(),
                     [](const ShellWord& word) { return word.text == "pipefail"; });
}

bool has_pipefail(const Script& script) {
  if (script.shell == nullptr) return false;
  return std::any_of(script.shell->words.begin(), script.shell->words.end(),
                     [](const Word& word) { return analysis::contains(word.text, "pipefail"); });
}

}  // namespace

void commands_make_sense(const LintContext& context, Report& report) {
  for_each_command(
      context, {"free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim", "ifconfig"},
      [&](const Script& script, const ShellCommand& command) {
        report.add(script.at(command),
                   quote(program_of(command)) + " has nothing to do while an image is built: take it out");
      });
}

// In a subshell it is forgotten where the parenthesis ends.
void cd_is_workdir(const LintContext& context, Report& report) {
  for_each_command(context, {"cd"}, [&](const Script& script, const ShellCommand& command) {
    if (command.in_subshell) return;
    report.add(script.at(command), "cd lasts for this RUN only: set WORKDIR before it");
  });
}

void no_sudo(const LintContext& context, Report& report) {
  for_each_command(context, {"sudo"}, [&](const Script& script, const ShellCommand& command) {
    report.add(script.at(command),
               "sudo is not needed where RUN is root, and has no terminal elsewhere: set USER");
  });
}

void useradd_has_no_log(const LintContext& context, Report& report) {
  for_each_command(context, {"useradd"}, [&](const Script& script, const ShellCommand& command) {
    if (has_option(command, {"l", "no-log-init"})) return;
    const auto uid = value_of(command, "-u", "--uid");
    const bool is_number = !uid.empty() && uid.find_first_not_of("0123456789") == std::string_view::npos;
    if (!is_number || uid.size() <= kShortUid) return;
    report.add(script.at(command), "with a high user id, useradd makes large log files: add -l",
               "useradd -l");
  });
}

void wget_is_quiet(const LintContext& context, Report& report) {
  for_each_command(context, {"wget"}, [&](const Script& script, const ShellCommand& command) {
    if (command.words.size() < 2 || has_word(command, "--version") || has_word(command, "--help")) return;
    if (has_option(command,
                   {"progress", "q", "quiet", "o", "output-file", "a", "append-output", "no-verbose"}))
      return;
    if (has_word(command, "-nv")) return;
    report.add(script.at(command),
               "wget draws its progress into the build's log: add --progress=dot:giga or -nv",
               "wget --progress=dot:giga");
  });
}

void wget_or_curl(const LintContext& context, Report& report) {
  std::set<std::string_view> seen;
  std::size_t stage = kNoStage;
  for_each_command(context, {"wget", "curl"}, [&](const Script& script, const ShellCommand& command) {
    if (script.stage != stage) seen.clear();
    stage = script.stage;
    seen.insert(program_of(command));
    if (seen.size() < 2) return;
    report.add(script.at(command), "this stage uses both wget and curl: one of them is enough");
    seen.clear();  // once for each change from one to the other
    seen.insert(program_of(command));
  });
}

void shell_is_set(const LintContext& context, Report& report) {
  for_each_command(context, {"ln"}, [&](const Script& script, const ShellCommand& command) {
    if (!has_word(command, "/bin/sh")) return;
    report.add(script.at(command), "a link to /bin/sh changes more than RUN: use SHELL",
               "SHELL [\"/bin/bash\", \"-c\"]");
  });
}

// `set -o pipefail` in the script itself will do as well.
void pipes_fail(const LintContext& context, Report& report) {
  for (const auto& script : context.scripts()) {
    const auto pipe = std::find_if(
        script.commands.begin(), script.commands.end(),
        [](const ShellCommand& command) { return command.reads_pipe && !command.words.empty(); });
    if (pipe == script.commands.end() || has_pipefail(script)) continue;
    if (std::any_of(script.commands.begin(), pipe, mentions_pipefail)) continue;
    report.add(script.at(*pipe), "a failure before the pipe goes unnoticed: set SHELL with -o pipefail above",
               "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]");
  }
}

}  // namespace container_kit::kit::dockerfile::rule
