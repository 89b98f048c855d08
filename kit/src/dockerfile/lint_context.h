// What rules look at: the Dockerfile, with what several of them need worked out once.
//
// Thread safety: const after construction. Ownership: refers into its own Dockerfile, so it cannot be copied.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dockerfile/dockerignore.h"
#include "dockerfile/shell.h"
#include "dockerfile/syntax.h"

namespace container_kit::kit::dockerfile {

constexpr std::size_t kNoStage = static_cast<std::size_t>(-1);

// An image's name: [registry/]path[:tag][@digest].
struct ImageName {
  std::string_view name;
  std::string_view tag;
  std::string_view digest;
};
// Views of the argument.
ImageName image_name_of(std::string_view text);

struct StageContext {
  const Stage* stage = nullptr;
  std::size_t parent = kNoStage;  // the stage that it is built on, where FROM names one
  std::string image;              // with the defaults of ARGs put in
  bool image_known = true;        // false where a variable has no value
};

// What one RUN has a shell do.
struct Script {
  const Instruction* run = nullptr;
  std::size_t instruction = 0;  // its number; that of the ONBUILD which holds it
  std::size_t stage = kNoStage;
  const Instruction* shell =
      nullptr;  // the SHELL in force, of this stage or one it is built on; null for none
  LocatedText text;
  std::pmr::vector<ShellCommand> commands;

  Position at(const ShellWord& word) const { return text.at(word.offset); }
  Position at(const ShellCommand& command) const { return at(command.words.front()); }
};

struct CommandAt {
  const Script* script;
  const ShellCommand* command;
};

class LintContext {
 public:
  LintContext(Dockerfile file, const std::optional<std::string>& dockerignore);
  LintContext(const LintContext&) = delete;
  LintContext& operator=(const LintContext&) = delete;

  const Dockerfile& file() const { return file_; }
  const std::vector<Instruction>& instructions() const { return file_.instructions; }
  const std::vector<StageContext>& stages() const { return stages_; }
  // Of RUN and ONBUILD RUN whose shell is a POSIX one, in order.
  const std::vector<Script>& scripts() const { return scripts_; }
  // Their commands that run one of the programs, in order.
  std::vector<CommandAt> commands_of(std::initializer_list<std::string_view> programs) const;
  const DockerIgnore* dockerignore() const { return dockerignore_ ? &*dockerignore_ : nullptr; }

  // The stage of that name (whatever the casing) before the stage `before`, or kNoStage.
  std::size_t stage_named(std::string_view name, std::size_t before) const;
  // Of ARGs before the first FROM: the default, "" where there is none; nothing where it is not declared.
  std::optional<std::string> global_arg(std::string_view name) const;

 private:
  void find_stages();
  std::vector<const Instruction*> last_shells() const;
  void find_scripts();
  void read(Script& script);
  void find_commands();

  Dockerfile file_;
  std::optional<DockerIgnore> dockerignore_;
  std::unordered_map<std::string, std::string> global_args_;
  std::vector<StageContext> stages_;
  std::unordered_map<std::string, std::vector<std::size_t>> named_stages_;  // by name in lower case
  std::vector<Script> scripts_;
  std::unordered_map<std::string_view, std::vector<CommandAt>> commands_;  // by program
};

// Arguments that BuildKit sets by itself: TARGETPLATFORM and its like.
bool is_platform_arg(std::string_view name);

}  // namespace container_kit::kit::dockerfile
