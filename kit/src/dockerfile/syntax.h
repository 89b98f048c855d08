// A Dockerfile taken apart: what parse() (parser.h) makes of its text.
//
// The syntax is that of BuildKit's reference (docs.docker.com/reference/dockerfile). Nothing is substituted
// or judged here: words are as written, except that the strings of a JSON form are decoded.
//
// Thread safety: plain values. Ownership: a Dockerfile has all that its parts are views of, its text among
// it; they stay where they are when it is moved.
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/located_text.h"
#include "dockerfile/text_store.h"

namespace container_kit::kit::dockerfile {

enum class Keyword {
  kAdd,
  kArg,
  kCmd,
  kCopy,
  kEntrypoint,
  kEnv,
  kExpose,
  kFrom,
  kHealthcheck,
  kLabel,
  kMaintainer,
  kOnbuild,
  kRun,
  kShell,
  kStopsignal,
  kUser,
  kVolume,
  kWorkdir,
  kUnknown,
};

// In capitals: "ADD"; "" for kUnknown.
std::string_view name_of(Keyword keyword);
// Whatever the casing.
Keyword keyword_of(std::string_view name);

struct Word {
  std::string_view text;
  Position at;
};

// --name=value
struct Flag {
  std::string_view name;
  std::string_view value;
  bool has_value = false;
  Position at;
};

// Of ENV, LABEL and ARG. The value as written, with its quotes.
struct Pair {
  Word key;
  std::optional<Word> value;
};

struct Heredoc {
  std::string_view name;
  bool expands = true;       // no quotes around the name
  bool strips_tabs = false;  // <<-
  LocatedText content;
  Position at;
};

struct Comment {
  std::string_view text;  // without the mark and the space around it
  Position at;
};

struct Instruction {
  // `memory` outlives it.
  explicit Instruction(std::pmr::memory_resource* memory)
      : flags(memory), words(memory), pairs(memory), heredocs(memory), trigger(memory), comments(memory) {}

  Keyword keyword = Keyword::kUnknown;
  Word name;  // the keyword as written
  std::pmr::vector<Flag> flags;
  LocatedText line;           // the whole instruction, continuations joined, comments taken out
  std::size_t arguments = 0;  // where they begin in `line`, behind the flags
  bool is_json = false;       // the exec form; `words` are the decoded strings then
  // Split at white space; of RUN, CMD, ENTRYPOINT in shell form: one word, the command.
  std::pmr::vector<Word> words;
  std::pmr::vector<Pair> pairs;  // of ENV, LABEL and ARG
  bool is_legacy = false;        // `ENV key value`, without "="
  std::pmr::vector<Heredoc> heredocs;
  std::pmr::vector<Instruction> trigger;       // of ONBUILD: the one it holds
  std::pmr::vector<Comment> comments;          // directly above, one a line
  std::optional<Position> empty_continuation;  // the first empty line among the continuations
  std::uint32_t last_line = 1;

  std::string_view argument_text() const { return line.text().substr(arguments); }
  const Flag* flag(std::string_view wanted) const;
};

// From one FROM to the next.
struct Stage {
  std::size_t first = 0;  // index of the FROM
  std::size_t end = 0;    // behind the last instruction
  Word image;
  Word name;  // as written; its text is empty when there is none
  Word as;    // the keyword before it
};

// `# syntax=…`, `# escape=…`, `# check=…` at the top.
struct Directive {
  std::string name;  // in lower case
  std::string_view value;
  Position at;
};

struct SyntaxError {
  std::string message;  // what is wrong, and what to do
  Position at;
};

struct Dockerfile {
  std::unique_ptr<TextStore> store = std::make_unique<TextStore>();  // never null, until it is moved from
  std::vector<Directive> directives;
  char escape = '\\';
  std::pmr::vector<Comment> comments{store->memory()};  // all of them, those above instructions too
  std::vector<Instruction> instructions;
  std::vector<Stage> stages;
  std::vector<SyntaxError> errors;  // by position

  const Directive* directive(std::string_view name) const;
};

}  // namespace container_kit::kit::dockerfile
