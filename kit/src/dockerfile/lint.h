// Lints a Dockerfile: hadolint's rules by their numbers, BuildKit's checks by their names.
//
// The rules are one table (rules.h); each is a small function in rules/. A finding is left out where the file
// says so: `# hadolint ignore=DL3008` above the instruction, `# hadolint global ignore=…` anywhere, `#
// check=skip=…` at the top. A rule reports only what the text makes certain; what depends on a variable or on
// an image's content is left alone.
//
// Thread safety: pure function. Ownership: the result owns what it holds.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/located_text.h"

namespace container_kit::kit::dockerfile {

enum class Severity { kError, kWarning, kInfo, kStyle };
constexpr std::size_t kSeverities = 4;

std::string_view name_of(Severity severity);  // "error", "warning", "info", "style"

struct Finding {
  std::string rule;
  Severity severity = Severity::kWarning;
  Position at;
  std::string message;
  std::string fix;  // what to write instead, or empty where that is not clear
};

constexpr std::size_t kMostFindings = 1000;  // what a result shows; more have no reader

struct LintResult {
  std::vector<Finding> findings;                  // by position, then by rule; the first kMostFindings
  std::array<std::size_t, kSeverities> counts{};  // of all
  std::size_t ignored = 0;                        // findings that the file asked to leave out
};

// `dockerignore`: the text of the .dockerignore that goes with it, where there is one. Asked to stop, it
// leaves out the rules that are left.
LintResult lint(std::string_view text, const std::optional<std::string>& dockerignore = {},
                const std::stop_token& stop = {});

}  // namespace container_kit::kit::dockerfile
