// The commands of a POSIX shell script: its words, split as a shell splits them, without running anything.
//
// Enough of the shell's grammar for rules about RUN: quotes, escapes, comments, lists, pipes, redirections,
// here-documents, compound commands, and the scripts inside $(…), `…`, ( … ) and { … }. What is no valid
// script still gives commands, as far as they can be told.
//
// Thread safety: pure function. Ownership: texts are views of the script, or of the store where quotes or
// escapes make them others.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "dockerfile/text_store.h"

namespace container_kit::kit::dockerfile {

struct ShellWord {
  std::string_view text;   // without quotes and escapes; expansions as written
  std::size_t offset = 0;  // in the script
  bool expands = false;    // holds a variable or a command, so that its text is not known
};

struct ShellCommand {
  // `memory` outlives it.
  explicit ShellCommand(std::pmr::memory_resource* memory) : assignments(memory), words(memory) {}

  std::pmr::vector<ShellWord> assignments;  // NAME=value before the name
  std::pmr::vector<ShellWord> words;        // the name and its arguments; redirections left out
  bool reads_pipe = false;                  // what the command before it writes
  bool in_subshell = false;                 // in ( … ), $( … ) or `…`

  std::string_view name() const { return words.empty() ? std::string_view() : words.front().text; }
};

// In the order they are written; those inside a word before the command that the word belongs to.
std::pmr::vector<ShellCommand> shell_commands(std::string_view script, TextStore& store);

}  // namespace container_kit::kit::dockerfile
