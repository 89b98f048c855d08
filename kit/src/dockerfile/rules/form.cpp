#include <algorithm>

#include "analyze/text.h"
#include "dockerfile/rules/families.h"
#include "dockerfile/rules/wording.h"

namespace container_kit::kit::dockerfile::rule {
namespace {

using analysis::lower;

// Each instruction of the kind that is not the last one of its stage.
template <typename Visit>
void for_each_overridden(const LintContext& context, Keyword keyword, const Visit& visit) {
  for (const auto& stage : context.stages()) {
    const Instruction* before = nullptr;
    for (auto i = stage.stage->first; i < stage.stage->end; ++i) {
      const auto& instruction = context.instructions()[i];
      if (instruction.keyword != keyword) continue;
      if (before != nullptr) visit(*before, instruction);
      before = &instruction;
    }
  }
}

// hadolint points at the second one, which makes the first useless.
void report_second(const LintContext& context, Keyword keyword, Report& report) {
  for_each_overridden(context, keyword, [&](const Instruction& first, const Instruction& second) {
    report.add(second.name.at, "this " + std::string(name_of(keyword)) + " replaces that of line " +
                                   std::to_string(first.name.at.line) + ": keep one");
  });
}

}  // namespace

// Where SHELL was chosen, the shell form is meant; BuildKit leaves that alone as well.
void commands_are_json(const LintContext& context, Report& report) {
  bool has_shell = false;
  for (const auto& instruction : context.instructions()) {
    if (instruction.keyword == Keyword::kFrom) has_shell = false;
    if (instruction.keyword == Keyword::kShell) has_shell = true;
    const bool is_command =
        instruction.keyword == Keyword::kCmd || instruction.keyword == Keyword::kEntrypoint;
    if (!is_command || instruction.is_json || instruction.words.empty() || has_shell) continue;
    const bool is_attempt = instruction.words.front().text.starts_with('[');
    report.add(
        instruction.name.at,
        std::string(name_of(instruction.keyword)) +
            (is_attempt ? " looks like a JSON array but is none, so a shell runs it: use double quotes"
                        : " goes through a shell, which does not pass signals on: write a JSON array"));
  }
}

void maintainer_is_deprecated(const LintContext& context, Report& report) {
  for (const auto& instruction : context.instructions()) {
    if (instruction.keyword != Keyword::kMaintainer) continue;
    std::string fix;
    if (!instruction.words.empty() &&
        instruction.words.front().text.find_first_of("\"\\$") == std::string::npos) {
      fix = "LABEL org.opencontainers.image.authors=\"" + std::string(instruction.words.front().text) + "\"";
    }
    report.add(instruction.name.at,
               "MAINTAINER is deprecated: use the label org.opencontainers.image.authors", std::move(fix));
  }
}

void one_cmd(const LintContext& context, Report& report) {
  report_second(context, Keyword::kCmd, report);
}

void one_entrypoint(const LintContext& context, Report& report) {
  report_second(context, Keyword::kEntrypoint, report);
}

void one_healthcheck(const LintContext& context, Report& report) {
  report_second(context, Keyword::kHealthcheck, report);
}

// BuildKit points at the one that is lost.
void only_last_counts(const LintContext& context, Report& report) {
  for (const auto keyword : {Keyword::kCmd, Keyword::kEntrypoint, Keyword::kHealthcheck}) {
    for_each_overridden(context, keyword, [&](const Instruction& first, const Instruction& second) {
      report.add(first.name.at, "this " + std::string(name_of(keyword)) + " is replaced by that of line " +
                                    std::to_string(second.name.at.line) + ": take it out");
    });
  }
}

void casing_is_consistent(const LintContext& context, Report& report) {
  std::size_t capitals = 0;
  std::size_t small = 0;
  std::size_t mixed = 0;
  for (const auto& instruction : context.instructions()) {
    if (instruction.keyword == Keyword::kUnknown) continue;
    if (instruction.name.text == name_of(instruction.keyword)) {
      ++capitals;
    } else {
      ++(instruction.name.text == lower(instruction.name.text) ? small : mixed);
    }
  }
  if (small + mixed == 0) return;
  for (const auto& instruction : context.instructions()) {
    if (instruction.keyword == Keyword::kUnknown) continue;
    const auto capital = name_of(instruction.keyword);
    const bool is_small = small > capitals;
    if (!is_small && instruction.name.text == capital) continue;
    auto wanted = is_small ? lower(capital) : std::string(capital);
    if (instruction.name.text == wanted) continue;
    report.add(instruction.name.at,
               quote(instruction.name.text) + " is not cased like the other instructions", std::move(wanted));
  }
}

void no_empty_continuation(const LintContext& context, Report& report) {
  for (const auto& instruction : context.instructions()) {
    if (!instruction.empty_continuation) continue;
    report.add(*instruction.empty_continuation, "an empty line within the instruction of line " +
                                                    std::to_string(instruction.name.at.line) +
                                                    ": take it out, or put a # there");
  }
}

void no_legacy_pairs(const LintContext& context, Report& report) {
  for (const auto& instruction : context.instructions()) {
    if (!instruction.is_legacy || instruction.pairs.empty() || !instruction.pairs.front().value) continue;
    const auto& [key, value] = instruction.pairs.front();
    const bool needs_quotes = value->text.find_first_of(" \t\"'\\") != std::string::npos;
    std::string fix;
    if (!needs_quotes) {
      fix.append(instruction.name.text).append(" ").append(key.text).append("=").append(value->text);
    }
    report.add(instruction.name.at,
               "the form with white space between name and value is deprecated: write '='", std::move(fix));
  }
}

void onbuild_triggers(const LintContext& context, Report& report) {
  for (const auto& instruction : context.instructions()) {
    if (instruction.trigger.empty()) continue;
    const auto& trigger = instruction.trigger.front();
    const bool is_forbidden = trigger.keyword == Keyword::kOnbuild || trigger.keyword == Keyword::kFrom ||
                              trigger.keyword == Keyword::kMaintainer;
    if (is_forbidden)
      report.add(trigger.name.at, "ONBUILD may not trigger " + std::string(name_of(trigger.keyword)));
  }
}

// Runs of several commands, and such with other flags, were probably kept apart for a reason.
void runs_are_joined(const LintContext& context, Report& report) {
  constexpr std::size_t kFew = 2;
  std::vector<bool> are_few(context.instructions().size());  // commands, by instruction
  for (const auto& script : context.scripts()) are_few[script.instruction] = script.commands.size() <= kFew;
  const auto same_flags = [](const Instruction& a, const Instruction& b) {
    return std::equal(a.flags.begin(), a.flags.end(), b.flags.begin(), b.flags.end(),
                      [](const Flag& x, const Flag& y) { return x.name == y.name && x.value == y.value; });
  };
  for (std::size_t i = 1; i < context.instructions().size(); ++i) {
    const auto& before = context.instructions()[i - 1];
    const auto& run = context.instructions()[i];
    if (run.keyword != Keyword::kRun || before.keyword != Keyword::kRun || !same_flags(before, run)) continue;
    if (!are_few[i - 1] || !are_few[i]) continue;
    report.add(run.name.at, "this RUN follows another: join them with &&, to have one layer");
  }
}

}  // namespace container_kit::kit::dockerfile::rule
