// The commands of a POSIX shell script: its words, split as a shell splits them, without running anything.
//
// Enough of the shell's grammar for rules about RUN: quotes, escapes, comments, lists, pipes, redirections,
// here-documents, compound commands, and the scripts inside $(…), `…`, ( … ) and { … }. What is no valid
// script still gives commands, as far as they can be told.
//
// Thread safety: pure function.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace container_kit::kit::dockerfile {

struct ShellWord {
  std::string text;        // without quotes and escapes; expansions as written
  std::size_t offset = 0;  // in the script
  bool expands = false;    // holds a variable or a command, so that its text is not known
};

struct ShellCommand {
  std::vector<ShellWord> assignments;  // NAME=value before the name
  std::vector<ShellWord> words;        // the name and its arguments; redirections left out
  bool reads_pipe = false;             // what the command before it writes
  bool in_subshell = false;            // in ( … ), $( … ) or `…`

  std::string_view name() const { return words.empty() ? std::string_view{} : words.front().text; }
};

// In the order they are written; those inside a word before the command that the word belongs to.
std::vector<ShellCommand> shell_commands(std::string_view script);

}  // namespace container_kit::kit::dockerfile
