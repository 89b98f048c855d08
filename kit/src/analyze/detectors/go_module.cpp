#include "analyze/detectors/go_module.h"

#include <algorithm>
#include <string>

#include "analyze/detectors/go_constraint.h"

namespace container_kit::kit::analysis {
namespace {

// go/build/syslist.go's, by names of files alone.
constexpr std::string_view kSystems =
    " aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris "
    "wasip1 "
    "windows zos ";
constexpr std::string_view kProcessors =
    " 386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le "
    "ppc "
    "ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm ";

bool is_in(std::string_view names, std::string_view name) {
  return contains(names, " " + std::string(name) + " ");
}

// "x_linux_amd64.go", "x_windows.go": what stands behind the first "_".
bool name_fits(std::string_view name) {
  if (name.starts_with('_') || name.starts_with('.')) return false;
  name = name.substr(0, name.find('.'));
  if (name.ends_with("_test")) return false;
  const auto underscore = name.find('_');
  if (underscore == kNotFound) return true;
  const auto parts = split(name.substr(underscore), '_');
  if (parts.empty()) return true;
  const auto last = parts.back();
  const auto before = parts.size() > 1 ? parts[parts.size() - 2] : std::string_view();
  if (is_in(kProcessors, last)) return is_go_tag(last) && (!is_in(kSystems, before) || is_go_tag(before));
  return !is_in(kSystems, last) || is_go_tag(last);
}

// How far what begins at `at` reaches: a comment, a string, a rune; one character else. `is_code` is false
// for the first three.
std::size_t end_of_token(std::string_view text, std::size_t at, bool& is_code) {
  const auto rest = text.substr(at);
  const auto behind = [&](std::size_t found, std::size_t length) {
    return found == kNotFound ? text.size() : at + found + length;
  };
  is_code = false;
  if (rest.starts_with("//")) return behind(rest.find('\n'), 0);
  if (rest.starts_with("/*")) return behind(rest.find("*/", 2), 2);
  if (rest.front() == '`') return behind(rest.find('`', 1), 1);
  if (rest.front() == '"' || rest.front() == '\'') {
    for (std::size_t i = 1; i < rest.size() && rest[i] != '\n'; ++i) {
      if (rest[i] == rest.front()) return at + i + 1;
      if (rest[i] == '\\') ++i;
    }
    return std::min(text.size(), text.find('\n', at));
  }
  is_code = true;
  return at + 1;
}

// The text with comments and strings made blanks.
std::string code_of(std::string_view text) {
  std::string code;
  code.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    bool is_code = true;
    const auto end = end_of_token(text, at, is_code);
    if (is_code) {
      code += text[at];
    } else {
      code += ' ';
    }
    at = end;
  }
  return code;
}

// The comments before the package clause, where constraints stand.
std::string_view header_of(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    bool is_code = true;
    const auto end = end_of_token(text, at, is_code);
    if (is_code && !trim(text.substr(at, 1)).empty()) break;
    at = end;
  }
  return text.substr(0, at);
}

}  // namespace

std::vector<std::string_view> go_replacement_folders(std::string_view go_mod) {
  std::vector<std::string_view> folders;
  for_each_directive(go_mod, [&](const std::vector<std::string_view>& words) {
    const auto arrow = std::find(words.begin(), words.end(), "=>");
    if (words.front() != "replace" || arrow == words.end() || arrow + 1 == words.end()) return;
    const auto target = unquoted(arrow[1]);
    if (target.starts_with('.') || target.starts_with('/')) folders.push_back(target);
  });
  return folders;
}

bool go_builds_file(std::string_view name, std::string_view text) {
  return name_fits(name) && go_constraint_holds(header_of(text));
}

bool go_has_main(std::string_view text) {
  if (!contains(text, "package main") || !contains(text, "func main(")) return false;  // most files
  const auto code = code_of(text);
  const auto words = words_of(code);
  if (words.size() < 2 || words[0] != "package" || (words[1] != "main" && words[1] != "main;")) return false;
  for (auto at = code.find("func main("); at != std::string::npos; at = code.find("func main(", at + 1)) {
    if (at == 0 || code[at - 1] == '\n' || code[at - 1] == ' ' || code[at - 1] == ';') return true;
  }
  return false;
}

}  // namespace container_kit::kit::analysis
