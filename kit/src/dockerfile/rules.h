// The table of lint rules.
//
// To add one: write its function in the file of its family in rules/, declare it in rules/families.h, and
// give it a line in rules.cpp; docs/tools.md lists it too (a test compares).
#pragma once

#include <span>
#include <string_view>
#include <utility>

#include "dockerfile/lint.h"
#include "dockerfile/lint_context.h"

namespace container_kit::kit::dockerfile {

// Collects the findings of one rule.
class Report {
 public:
  void add(Position at, std::string message, std::string fix = {}) {
    findings_.push_back({{}, {}, at, std::move(message), std::move(fix)});
  }
  std::vector<Finding> take() { return std::exchange(findings_, {}); }

 private:
  std::vector<Finding> findings_;
};

struct Rule {
  std::string_view name;
  Severity severity;
  std::string_view summary;
  void (*check)(const LintContext& context, Report& report);  // null for the parser's own errors
};

std::span<const Rule> rules();

// Errors of syntax; hadolint's number for them.
constexpr std::string_view kSyntaxRule = "DL1000";

}  // namespace container_kit::kit::dockerfile
