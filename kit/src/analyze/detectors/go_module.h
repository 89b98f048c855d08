// What go.mod and Go's source files say, by the rules of the go command.
//
// Thread safety: pure functions. Views returned point into the argument.
#pragma once

#include <string_view>
#include <vector>

#include "analyze/text.h"

namespace container_kit::kit::analysis {

// Calls take(words) for each directive of go.mod or go.work, with blocks flattened: "require (\n a v1\n)"
// gives {"require","a","v1"}.
template <typename Take>
void for_each_directive(std::string_view text, Take take) {
  std::string_view block;
  for (const auto line : lines_of(text)) {
    if (contains(line, "// indirect")) continue;
    auto words = words_of(line.substr(0, line.find("//")));
    if (words.empty()) continue;
    if (words.front() == ")") {
      block = {};
    } else if (words.back() == "(") {
      block = words.front();
    } else {
      if (!block.empty()) words.insert(words.begin(), block);
      if (words.size() >= 2) take(words);
    }
  }
}

// The folders that modules are replaced by: `replace a => ../a`.
std::vector<std::string_view> go_replacement_folders(std::string_view go_mod);

// Whether the go command takes a file into a build for Linux on amd64 or arm64 with cgo: by its name
// ("x_windows.go", "x_test.go", "_x.go") and by its build constraint (go/build, "Build Constraints").
bool go_builds_file(std::string_view name, std::string_view text);

// Whether a file is of the package main and has its main().
bool go_has_main(std::string_view text);

}  // namespace container_kit::kit::analysis
