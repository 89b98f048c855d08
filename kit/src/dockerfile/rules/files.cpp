#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "analyze/text.h"
#include "dockerfile/command_arguments.h"
#include "dockerfile/rules/families.h"
#include "dockerfile/rules/wording.h"

namespace container_kit::kit::dockerfile::rule {
namespace {

constexpr std::array<std::string_view, 20> kArchives{
    ".tar", ".Z",   ".bz2", ".gz",  ".lz", ".lzma", ".tZ",     ".tb2",    ".tbz",     ".tbz2",
    ".tgz", ".tlz", ".tpz", ".txz", ".xz", ".zst",  ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst",
};

bool is_archive(std::string_view path) {
  constexpr std::string_view kLast = "rZ2zat";  // what the endings end with
  if (path.empty() || kLast.find(path.back()) == std::string_view::npos) return false;
  return std::any_of(kArchives.begin(), kArchives.end(), [&](auto ending) { return path.ends_with(ending); });
}

bool is_remote(std::string_view source) {
  return source.find("://") != std::string_view::npos || source.starts_with("git@");
}

bool is_absolute(std::string_view path) {
  const bool windows = path.size() > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/');
  return path.starts_with('/') || path.starts_with('\\') || path.starts_with('$') || windows;
}

bool has_variable(std::string_view text) {
  return text.find('$') != std::string_view::npos;
}

std::string_view base_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// Heredocs are in the order of the words that name them.
bool is_heredoc(const Instruction& copy, const Word& word) {
  const auto found = std::lower_bound(copy.heredocs.begin(), copy.heredocs.end(), word.at,
                                      [](const Heredoc& heredoc, Position at) { return heredoc.at < at; });
  return found != copy.heredocs.end() && found->at == word.at;
}

std::vector<const Word*> sources_of(const Instruction& copy) {
  std::vector<const Word*> sources;
  sources.reserve(copy.words.size());
  for (std::size_t i = 0; i + 1 < copy.words.size(); ++i) {
    if (!is_heredoc(copy, copy.words[i])) sources.push_back(&copy.words[i]);
  }
  return sources;
}

bool copies(const Instruction& instruction) {
  return (instruction.keyword == Keyword::kCopy || instruction.keyword == Keyword::kAdd) &&
         instruction.words.size() > 1;
}

template <typename Visit>
void for_each_in_stages(const LintContext& context, const Visit& visit) {
  for (std::size_t stage = 0; stage < context.stages().size(); ++stage) {
    const auto& range = *context.stages()[stage].stage;
    for (auto i = range.first; i < range.end; ++i) visit(context.instructions()[i], stage);
  }
}

bool unpacks(const ShellCommand& command) {
  if (is_program(command, {"tar"})) {
    const auto operands = operands_of(command);
    const bool bundled = !operands.empty() && operands.front() == &command.words[1] &&
                         operands.front()->text.find('x') != std::string::npos;  // tar xf
    return bundled || has_option(command, {"x", "extract", "get"});
  }
  return is_program(command, {"gunzip", "bunzip2", "unlzma", "unxz", "uncompress", "zcat", "gzcat"});
}

using Names = std::set<std::pair<std::size_t, std::string_view>>;

// What the programs that unpack are given, without folders, by stage.
Names unpacked(const LintContext& context) {
  Names names;
  for (const auto& script : context.scripts()) {
    for (const auto& command : script.commands) {
      if (!unpacks(command)) continue;
      for (const auto& word : command.words) names.emplace(script.stage, base_name(word.text));
    }
  }
  return names;
}

}  // namespace

void workdir_is_absolute(const LintContext& context, Report& report) {
  for (const auto& instruction : context.instructions()) {
    if (instruction.keyword != Keyword::kWorkdir || instruction.words.empty()) continue;
    const auto path = analysis::unquoted(instruction.words.front().text);
    if (is_absolute(path)) continue;
    report.add(instruction.words.front().at, "WORKDIR " + quote(path) + " is relative: begin it with /");
  }
}

// Relative to an absolute one in the same file, it is certain where it leads.
void workdir_has_absolute_base(const LintContext& context, Report& report) {
  std::vector<bool> has_base(context.stages().size());
  for_each_in_stages(context, [&](const Instruction& instruction, std::size_t stage) {
    const auto parent = context.stages()[stage].parent;
    if (instruction.keyword == Keyword::kFrom && parent != kNoStage) has_base[stage] = has_base[parent];
    if (instruction.keyword != Keyword::kWorkdir || instruction.words.empty()) return;
    const auto path = analysis::unquoted(instruction.words.front().text);
    if (is_absolute(path)) {
      has_base[stage] = true;
    } else if (!has_base[stage]) {
      report.add(instruction.words.front().at,
                 "WORKDIR " + quote(path) + " depends on the base image's folder: set an absolute one first");
    }
  });
}

void archives_are_added(const LintContext& context, Report& report) {
  std::optional<Names> names;  // most files copy no archive
  for_each_in_stages(context, [&](const Instruction& instruction, std::size_t stage) {
    if (instruction.keyword != Keyword::kCopy || instruction.flag("from") != nullptr) return;
    for (const auto* source : sources_of(instruction)) {
      if (!is_archive(source->text)) continue;
      if (!names) names = unpacked(context);
      if (!names->contains({stage, base_name(source->text)})) continue;
      report.add(source->at,
                 "ADD unpacks " + quote(source->text) + " while it copies: use it instead of COPY and tar");
    }
  });
}

void copy_instead_of_add(const LintContext& context, Report& report) {
  for (const auto& instruction : context.instructions()) {
    if (instruction.keyword != Keyword::kAdd || !copies(instruction)) continue;
    const auto sources = sources_of(instruction);
    const bool needs_add = std::any_of(sources.begin(), sources.end(), [](const Word* source) {
      return is_archive(source->text) || is_remote(source->text) || has_variable(source->text) ||
             source->text.find('*') != std::string::npos;
    });
    const bool add_only = instruction.flag("checksum") != nullptr ||
                          instruction.flag("keep-git-dir") != nullptr ||
                          instruction.flag("unpack") != nullptr;
    if (needs_add || add_only || sources.empty()) continue;
    report.add(instruction.name.at, "ADD does more than copy: use COPY for files and folders",
               instruction.name.text == "add" ? "copy" : "COPY");
  }
}

void copy_of_many_ends_with_slash(const LintContext& context, Report& report) {
  for (const auto& instruction : context.instructions()) {
    if (instruction.keyword != Keyword::kCopy || instruction.words.size() < 3) continue;
    const auto& destination = instruction.words.back();
    const auto path = analysis::unquoted(destination.text);
    if (path.ends_with('/') || path.ends_with('\\') || path == "." || path.ends_with("/.") ||
        has_variable(path)) {
      continue;
    }
    report.add(destination.at, "several sources go into a folder: end it with /",
               std::string(destination.text) + "/");
  }
}

void copy_from_is_known(const LintContext& context, Report& report) {
  for_each_in_stages(context, [&](const Instruction& instruction, std::size_t stage) {
    const Flag* from = instruction.keyword == Keyword::kCopy ? instruction.flag("from") : nullptr;
    if (from == nullptr || from->value.empty() || has_variable(from->value)) return;
    if (from->value.find_first_of(":/@") != std::string::npos) return;  // an image
    if (context.stage_named(from->value, stage) != kNoStage) return;
    std::size_t index = 0;
    const auto* end = from->value.data() + from->value.size();
    const auto read = std::from_chars(from->value.data(), end, index);
    if (read.ec == std::errc{} && read.ptr == end && index < stage) return;
    if (context.stage_named(from->value, stage + 1) == stage) return;  // DL3023 says so
    report.add(from->at,
               "--from=" + quote(from->value) + " is no earlier stage: name one, or an image with its tag");
  });
}

void copy_from_is_another(const LintContext& context, Report& report) {
  for_each_in_stages(context, [&](const Instruction& instruction, std::size_t stage) {
    const Flag* from = instruction.keyword == Keyword::kCopy ? instruction.flag("from") : nullptr;
    if (from == nullptr || context.stage_named(from->value, stage + 1) != stage) return;
    report.add(from->at,
               "--from=" + quote(from->value) + " is the stage itself: leave it out, or name another");
  });
}

void copy_has_workdir(const LintContext& context, Report& report) {
  std::vector<bool> has_workdir(context.stages().size());
  for_each_in_stages(context, [&](const Instruction& instruction, std::size_t stage) {
    const auto parent = context.stages()[stage].parent;
    if (instruction.keyword == Keyword::kFrom && parent != kNoStage) has_workdir[stage] = has_workdir[parent];
    if (instruction.keyword == Keyword::kWorkdir) has_workdir[stage] = true;
    if (instruction.keyword != Keyword::kCopy || !copies(instruction) || has_workdir[stage]) return;
    const auto& destination = instruction.words.back();
    if (is_absolute(analysis::unquoted(destination.text))) return;
    report.add(destination.at, quote(destination.text) +
                                   " is relative and no WORKDIR was set: set one, or begin the path with /");
  });
}

void copies_are_not_ignored(const LintContext& context, Report& report) {
  const auto* ignore = context.dockerignore();
  if (ignore == nullptr) return;
  for (const auto& instruction : context.instructions()) {
    if (!copies(instruction) || instruction.flag("from") != nullptr) continue;
    for (const auto* source : sources_of(instruction)) {
      if (is_remote(source->text) || source->text.find_first_of("*?[$\\") != std::string::npos) continue;
      const auto path = context_path(analysis::unquoted(source->text));
      if (path.empty() || !ignore->excludes(path) || ignore->may_include_below(path)) continue;
      report.add(source->at, ".dockerignore leaves " + quote(source->text) + " out of the build context");
    }
  }
}

}  // namespace container_kit::kit::dockerfile::rule
