// The arguments of a command as rules ask for them: options, and what is no option.
//
// Thread safety: pure functions. Pointers lead into the command.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "dockerfile/shell.h"

namespace container_kit::kit::dockerfile {

// The program's name without its folder.
std::string_view program_of(const ShellCommand& command);
bool is_program(const ShellCommand& command, std::initializer_list<std::string_view> names);

// Whether one of the words behind the name is `word`.
bool has_word(const ShellCommand& command, std::string_view word);
// Whether the first word that is no option is one of `words`: the sub-command.
bool has_subcommand(const ShellCommand& command, std::initializer_list<std::string_view> words);

// Whether one of the options is there: "yes" as --yes or --yes=…, "y" as -y or within -qy.
bool has_option(const ShellCommand& command, std::initializer_list<std::string_view> names);

using Operands = std::vector<const ShellWord*>;

// The words that are no options, without the values of the options named in `with_value` (separated by
// spaces, "t target-release"). Behind `--` all are such.
Operands operands_of(const ShellCommand& command, std::string_view with_value = {});
// The same behind the sub-command; empty when the first operand is none of `subcommands`.
Operands operands_behind(const ShellCommand& command, std::initializer_list<std::string_view> subcommands,
                         std::string_view with_value = {});

}  // namespace container_kit::kit::dockerfile
