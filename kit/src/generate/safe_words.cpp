#include "generate/safe_words.h"

#include <algorithm>

#include "analyze/safe_text.h"
#include "analyze/text.h"
#include "dockerfile/shell.h"
#include "dockerfile/variables.h"
#include "tools/quoted.h"

namespace container_kit::kit::generate {
namespace {

bool is_small_letter(char c) {
  return c >= 'a' && c <= 'z';
}

constexpr std::size_t kLongestLabel = 63;  // RFC 1123

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_alphanumeric(char c) {
  return is_small_letter(c) || (c >= 'A' && c <= 'Z') || is_digit(c);
}

bool consists_of(std::string_view text, std::string_view marks) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
  });
}

// What a shell would do something about.
bool needs_shell(const dockerfile::ShellWord& word) {
  return word.expands || word.text.find_first_of("*?[]~`$\n\r") != std::string::npos;
}

}  // namespace

bool is_safe_path(std::string_view path) {
  if (!consists_of(path, "._-+@/") || path.front() == '/' || path.front() == '-') return false;
  for (const auto part : analysis::split(path, '/')) {
    if (part == "..") return false;
  }
  return true;
}

bool is_safe_image(std::string_view image) {
  constexpr std::size_t kLongest = 255;
  const bool ends_well = !image.empty() && is_alphanumeric(image.front()) && is_alphanumeric(image.back());
  return ends_well && image.size() <= kLongest && consists_of(image, "._-/:@");
}

bool is_package_name(std::string_view name) {
  if (name.size() < 2 || !(is_small_letter(name.front()) || is_digit(name.front()))) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return is_small_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

bool is_platform(std::string_view platform) {
  const auto parts = analysis::split(platform, '/');
  const auto slashes = std::count(platform.begin(), platform.end(), '/');
  if (parts.size() < 2 || parts.size() > 3 || static_cast<std::size_t>(slashes) + 1 != parts.size())
    return false;
  return std::all_of(parts.begin(), parts.end(), [](auto part) { return consists_of(part, "_"); });
}

ToolResult<std::string> checked_path(std::string_view path) {
  if (is_safe_path(path)) return std::string(path);
  return ToolError{ToolErrorCode::kInvalidArgument,
                   "the repository names " + in_quotes(analysis::printable(path)) +
                       ", which has characters that a generated file must not carry; rename it",
                   "path"};
}

bool is_label(std::string_view text) noexcept {
  const auto is_word = [](char c) { return is_small_letter(c) || is_digit(c); };
  return !text.empty() && text.size() <= kLongestLabel && is_word(text.front()) && is_word(text.back()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_word(c) || c == '-'; });
}

std::string label_of(std::string_view text) {
  std::string label;
  for (const char c : analysis::lower(text)) {
    const bool fits = is_small_letter(c) || is_digit(c);
    if (fits) {
      label += c;
    } else if (!label.empty() && label.back() != '-') {
      label += '-';
    }
  }
  label.resize(std::min(label.size(), kLongestLabel));
  while (label.ends_with('-')) label.pop_back();
  return label.empty() ? "app" : label;
}

std::optional<std::vector<std::string>> arguments_of(std::string_view command, std::string_view port) {
  // Single quotes keep a "$" from being substituted, and with it from being seen: such commands need a shell.
  if (command.find('\'') != std::string_view::npos && command.find('$') != std::string_view::npos) {
    return std::nullopt;
  }
  std::string plain;
  std::size_t done = 0;
  for (const auto& use : dockerfile::variables_in(command, '\\')) {
    if (use.offset < done) continue;
    const bool is_port = use.name == "PORT" && !port.empty();
    if (!is_port && !use.modifier.ends_with('-')) return std::nullopt;
    const auto end =
        command[use.offset + 1] == '{' ? command.find('}', use.offset) + 1 : use.offset + 1 + use.name.size();
    plain.append(command.substr(done, use.offset - done)).append(is_port ? port : use.word);
    done = end;
  }
  plain += command.substr(std::min(done, command.size()));
  if (plain.find_first_of("<>&|;()\n\r") != std::string::npos) return std::nullopt;
  dockerfile::TextStore store;
  const auto commands = dockerfile::shell_commands(plain, store);
  if (commands.size() != 1 || !commands.front().assignments.empty() || commands.front().words.empty()) {
    return std::nullopt;
  }
  std::vector<std::string> arguments;
  for (const auto& word : commands.front().words) {
    if (needs_shell(word) || word.text != analysis::printable(word.text)) return std::nullopt;
    arguments.emplace_back(word.text);
  }
  return arguments;
}

std::vector<int> numbers_of(std::string_view version) {
  constexpr int kLargest = 100'000;
  std::vector<int> numbers;
  auto at = version.find_first_of("0123456789");
  while (at < version.size() && is_digit(version[at])) {
    int number = 0;
    for (; at < version.size() && is_digit(version[at]); ++at) {
      number = std::min(number * 10 + (version[at] - '0'), kLargest);
    }
    numbers.push_back(number);
    if (at < version.size() && version[at] == '.') ++at;
  }
  return numbers;
}

}  // namespace container_kit::kit::generate
