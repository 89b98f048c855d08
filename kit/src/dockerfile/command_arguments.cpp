#include "dockerfile/command_arguments.h"

#include <algorithm>
#include <span>

#include "dockerfile/lines.h"

namespace container_kit::kit::dockerfile {
namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), text) != names.end();
}

bool is_long_option(std::string_view word) {
  return word.size() > 2 && word.starts_with("--");
}

bool is_short_option(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && word[1] != '-';
}

std::string_view long_name(std::string_view word) {
  return word.substr(2, word.find('=') - 2);
}

// The option takes the word behind it for its value.
bool takes_next(std::string_view word, std::string_view with_value) {
  if (is_long_option(word)) {
    return word.find('=') == std::string_view::npos && is_listed(with_value, long_name(word));
  }
  // -t VALUE and -yt VALUE; in -tVALUE it has its value already.
  return is_short_option(word) && is_listed(with_value, word.substr(word.size() - 1)) &&
         (word.size() == 2 || !is_listed(with_value, word.substr(1, 1)));
}

std::span<const ShellWord> behind_name(const ShellCommand& command) {
  return std::span(command.words).subspan(std::min<std::size_t>(1, command.words.size()));
}

}  // namespace

std::string_view program_of(const ShellCommand& command) {
  const auto name = command.name();
  const auto slash = name.rfind('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

bool is_program(const ShellCommand& command, std::initializer_list<std::string_view> names) {
  return is_one_of(program_of(command), names);
}

bool has_word(const ShellCommand& command, std::string_view word) {
  const auto words = behind_name(command);
  return std::any_of(words.begin(), words.end(), [&](const ShellWord& other) { return other.text == word; });
}

bool has_subcommand(const ShellCommand& command, std::initializer_list<std::string_view> words) {
  for (const auto& word : behind_name(command)) {
    if (!word.text.starts_with('-')) return is_one_of(word.text, words);
  }
  return false;
}

bool has_option(const ShellCommand& command, std::initializer_list<std::string_view> names) {
  for (const auto& word : behind_name(command)) {
    const std::string_view text = word.text;
    if (text == "--") return false;
    for (const auto name : names) {
      if (name.size() > 1 && is_long_option(text) && long_name(text) == name) return true;
      if (name.size() == 1 && is_short_option(text) && text.find(name) != std::string_view::npos) return true;
    }
  }
  return false;
}

Operands operands_of(const ShellCommand& command, std::string_view with_value) {
  Operands operands;
  operands.reserve(command.words.size());
  bool only_operands = false;
  bool is_value = false;
  for (const auto& word : behind_name(command)) {
    const std::string_view text = word.text;
    if (is_value) {
      is_value = false;
    } else if (only_operands || !text.starts_with('-') || text == "-") {
      operands.push_back(&word);
    } else if (text == "--") {
      only_operands = true;
    } else {
      is_value = takes_next(text, with_value);
    }
  }
  return operands;
}

Operands operands_behind(const ShellCommand& command, std::initializer_list<std::string_view> subcommands,
                         std::string_view with_value) {
  auto operands = operands_of(command, with_value);
  if (operands.empty() || !is_one_of(operands.front()->text, subcommands)) return {};
  operands.erase(operands.begin());
  return operands;
}

}  // namespace container_kit::kit::dockerfile
