#include "dockerfile/lint_context.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analyze/text.h"
#include "dockerfile/command_arguments.h"
#include "dockerfile/lines.h"
#include "dockerfile/variables.h"

namespace container_kit::kit::dockerfile {
namespace {

using analysis::contains;
using analysis::lower;

constexpr std::array<std::string_view, 10> kPlatformArgs{
    "TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "TARGETOSVERSION",
    "BUILDPLATFORM",  "BUILDOS",  "BUILDARCH",  "BUILDVARIANT",  "BUILDOSVERSION",
};

std::string_view file_part(std::string_view path) {
  const auto slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_posix_shell(std::string_view program) {
  const auto name = file_part(program);
  return name == "sh" || name == "bash" || name == "ash" || name == "dash" || name == "zsh" || name == "ksh";
}

bool is_windows_image(std::string_view image) {
  const auto name = lower(image);
  return contains(name, "windows") || contains(name, "nanoserver") || contains(name, "servercore");
}

// `# hadolint shell=powershell` above the instruction.
std::optional<std::string_view> stated_shell(const Instruction& instruction) {
  constexpr std::string_view kMark = "hadolint shell=";
  for (const auto& comment : instruction.comments) {
    const auto at = comment.text.find(kMark);
    if (at != std::string_view::npos) return comment.text.substr(at + kMark.size());
  }
  return std::nullopt;
}

// The heredoc that `RUN <<EOF` alone hands to the shell.
const LocatedText* heredoc_script(const Instruction& run) {
  if (run.heredocs.size() != 1 || run.words.empty()) return nullptr;
  const auto spans = spans_of(run.words.front().text);
  if (spans.size() != 1) return nullptr;
  const auto& content = run.heredocs.front().content;
  const auto first = content.text().substr(0, content.text().find('\n'));
  if (!first.starts_with("#!")) return &content;
  const auto words = analysis::words_of(first.substr(2));
  const bool is_shell =
      !words.empty() && (is_posix_shell(words.front()) || (words.size() > 1 && is_posix_shell(words[1])));
  return is_shell ? &content : nullptr;
}

}  // namespace

bool is_platform_arg(std::string_view name) {
  return std::find(kPlatformArgs.begin(), kPlatformArgs.end(), name) != kPlatformArgs.end();
}

ImageName image_name_of(std::string_view text) {
  ImageName image;
  const auto at = text.find('@');
  if (at != std::string_view::npos) image.digest = text.substr(at + 1);
  text = text.substr(0, at);
  const auto slash = text.rfind('/');
  const auto colon = text.find(':', slash == std::string_view::npos ? 0 : slash);
  if (colon != std::string_view::npos) image.tag = text.substr(colon + 1);
  image.name = text.substr(0, colon);
  return image;
}

LintContext::LintContext(Dockerfile file, const std::optional<std::string>& dockerignore)
    : file_(std::move(file)) {
  if (dockerignore) dockerignore_.emplace(*dockerignore);
  find_stages();
  find_scripts();
  find_commands();
}

std::optional<std::string> LintContext::global_arg(std::string_view name) const {
  const auto found = global_args_.find(std::string(name));
  if (found == global_args_.end()) return std::nullopt;
  return found->second;
}

std::size_t LintContext::stage_named(std::string_view name, std::size_t before) const {
  if (name.empty()) return kNoStage;
  const auto found = named_stages_.find(lower(name));
  if (found == named_stages_.end()) return kNoStage;
  const auto& stages = found->second;
  const auto behind = std::lower_bound(stages.begin(), stages.end(), before);
  return behind == stages.begin() ? kNoStage : *(behind - 1);
}

std::vector<CommandAt> LintContext::commands_of(std::initializer_list<std::string_view> programs) const {
  std::vector<CommandAt> all;
  std::size_t found = 0;
  for (const auto program : programs) {
    const auto commands = commands_.find(program);
    if (commands == commands_.end()) continue;
    all.insert(all.end(), commands->second.begin(), commands->second.end());
    ++found;
  }
  const auto comes_before = [](const CommandAt& a, const CommandAt& b) {
    return a.script != b.script ? a.script < b.script : a.command < b.command;  // of one vector each
  };
  if (found > 1) std::sort(all.begin(), all.end(), comes_before);
  return all;
}

void LintContext::find_stages() {
  const auto lookup = [&](std::string_view name) { return global_arg(name); };
  for (const auto& instruction : file_.instructions) {
    if (instruction.keyword == Keyword::kFrom) break;
    if (instruction.keyword != Keyword::kArg) continue;
    for (const auto& pair : instruction.pairs) {
      auto value = pair.value ? substitute(pair.value->text, file_.escape, lookup).text : std::string();
      global_args_.insert_or_assign(std::string(pair.key.text), std::move(value));
    }
  }
  for (const auto& stage : file_.stages) {
    StageContext context{&stage, kNoStage, {}, true};
    auto image = substitute(stage.image.text, file_.escape, [&](std::string_view name) {
      auto value = global_arg(name);
      if (value && value->empty()) value.reset();
      return value;
    });
    context.image = std::move(image.text);
    context.image_known = image.complete;
    context.parent = stage_named(context.image, stages_.size());
    if (!stage.name.text.empty()) named_stages_[lower(stage.name.text)].push_back(stages_.size());
    stages_.push_back(std::move(context));
  }
}

// By stage: the SHELL that what is built on it begins with.
std::vector<const Instruction*> LintContext::last_shells() const {
  std::vector<const Instruction*> shells;
  for (const auto& stage : stages_) {
    shells.push_back(stage.parent != kNoStage ? shells[stage.parent] : nullptr);
    for (auto i = stage.stage->first; i < stage.stage->end; ++i) {
      if (file_.instructions[i].keyword == Keyword::kShell) shells.back() = &file_.instructions[i];
    }
  }
  return shells;
}

void LintContext::find_scripts() {
  std::vector<bool> posix(stages_.size() + 1,
                          true);  // by stage, as its SHELL leaves it; the last is for none
  const auto shells = last_shells();
  const Instruction* shell = nullptr;
  std::size_t stage = kNoStage;
  const auto state = [&] {
    return posix.begin() + static_cast<std::ptrdiff_t>(std::min(stage, stages_.size()));
  };
  for (std::size_t i = 0; i < file_.instructions.size(); ++i) {
    const auto& instruction = file_.instructions[i];
    if (const auto stated = stated_shell(instruction)) *state() = is_posix_shell(*stated);
    if (instruction.keyword == Keyword::kFrom) {
      ++stage;
      const auto parent = stages_[stage].parent;
      *state() = parent != kNoStage ? posix[parent] : !is_windows_image(stages_[stage].image);
      shell = parent != kNoStage ? shells[parent] : nullptr;
    } else if (instruction.keyword == Keyword::kShell) {
      if (!instruction.words.empty()) *state() = is_posix_shell(instruction.words.front().text);
      if (stage != kNoStage) shell = &instruction;
    }
    const bool is_trigger = !instruction.trigger.empty();
    const auto& effective = is_trigger ? instruction.trigger.front() : instruction;
    if (effective.keyword != Keyword::kRun || (!*state() && !effective.is_json)) continue;
    // A trigger runs when its stage is done.
    const auto* in_force = is_trigger && stage != kNoStage ? shells[stage] : shell;
    read(scripts_.emplace_back(
        Script{&effective, i, stage, in_force, {}, std::pmr::vector<ShellCommand>(file_.store->memory())}));
  }
}

void LintContext::read(Script& script) {
  const auto& run = *script.run;
  if (run.is_json) {
    TextJoiner joiner(*file_.store);
    ShellCommand command(file_.store->memory());
    std::size_t offset = 0;
    for (const auto& word : run.words) {
      command.words.push_back({word.text, offset, false});
      joiner.append(word.text, word.at);
      joiner.append(" ", {word.at.line, word.at.column + static_cast<std::uint32_t>(word.text.size())});
      offset += word.text.size() + 1;
    }
    script.text = joiner.take();
    if (!command.words.empty()) script.commands.push_back(std::move(command));
    return;
  }
  const auto* const heredoc = heredoc_script(run);
  script.text = heredoc != nullptr ? *heredoc : run.line.from(run.arguments);
  script.commands = shell_commands(script.text.text(), *file_.store);  // of the same memory, so it is moved
}

void LintContext::find_commands() {
  for (const auto& script : scripts_) {
    for (const auto& command : script.commands) commands_[program_of(command)].push_back({&script, &command});
  }
}

}  // namespace container_kit::kit::dockerfile
