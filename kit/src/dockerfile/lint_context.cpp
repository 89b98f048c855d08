#include "dockerfile/lint_context.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analyze/text.h"
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
std::optional<std::string> stated_shell(const Instruction& instruction) {
  for (const auto& comment : instruction.comments) {
    const auto stated = analysis::between(comment.text + "\n", "hadolint shell=", "\n");
    if (stated) return std::string(*stated);
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
  const auto words = analysis::words_of(std::string_view(first).substr(2));
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
}

std::optional<std::string> LintContext::global_arg(std::string_view name) const {
  const auto found = std::find_if(global_args_.rbegin(), global_args_.rend(),
                                  [&](const auto& argument) { return argument.first == name; });
  if (found == global_args_.rend()) return std::nullopt;
  return found->second;
}

std::size_t LintContext::stage_named(std::string_view name, std::size_t before) const {
  const auto wanted = lower(name);
  for (std::size_t i = std::min(before, stages_.size()); i-- > 0;) {
    if (lower(stages_[i].stage->name.text) == wanted && !wanted.empty()) return i;
  }
  return kNoStage;
}

void LintContext::find_stages() {
  const auto lookup = [&](std::string_view name) { return global_arg(name); };
  for (const auto& instruction : file_.instructions) {
    if (instruction.keyword == Keyword::kFrom) break;
    if (instruction.keyword != Keyword::kArg) continue;
    for (const auto& pair : instruction.pairs) {
      auto value = pair.value ? substitute(pair.value->text, file_.escape, lookup).text : std::string();
      global_args_.emplace_back(pair.key.text, std::move(value));
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
    stages_.push_back(std::move(context));
  }
}

void LintContext::find_scripts() {
  std::vector<bool> posix(stages_.size() + 1,
                          true);  // by stage, as its SHELL leaves it; the last is for none
  std::size_t stage = kNoStage;
  const auto state = [&] {
    return posix.begin() + static_cast<std::ptrdiff_t>(std::min(stage, stages_.size()));
  };
  for (const auto& instruction : file_.instructions) {
    if (const auto shell = stated_shell(instruction)) *state() = is_posix_shell(*shell);
    if (instruction.keyword == Keyword::kFrom) {
      ++stage;
      const auto parent = stages_[stage].parent;
      *state() = parent != kNoStage ? posix[parent] : !is_windows_image(stages_[stage].image);
    } else if (instruction.keyword == Keyword::kShell && !instruction.words.empty()) {
      *state() = is_posix_shell(instruction.words.front().text);
    }
    const auto& effective = instruction.trigger.empty() ? instruction : instruction.trigger.front();
    if (effective.keyword != Keyword::kRun) continue;
    if (*state() || effective.is_json) add_script(effective, stage, effective.is_json);
  }
}

void LintContext::add_script(const Instruction& run, std::size_t stage, bool is_json) {
  Script script{&run, stage, {}, {}};
  if (is_json) {
    ShellCommand command;
    for (const auto& word : run.words) {
      command.words.push_back({word.text, script.text.text().size(), false});
      script.text.append(word.text + " ", word.at);
    }
    if (!command.words.empty()) script.commands.push_back(std::move(command));
  } else if (const auto* heredoc = heredoc_script(run)) {
    script.text = *heredoc;
    script.commands = shell_commands(script.text.text());
  } else {
    script.text = run.line.from(run.arguments);
    script.commands = shell_commands(script.text.text());
  }
  scripts_.push_back(std::move(script));
}

}  // namespace container_kit::kit::dockerfile
