#include "dockerfile/lint.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>
#include <utility>

#include "analyze/text.h"
#include "dockerfile/lines.h"
#include "dockerfile/parser.h"
#include "dockerfile/rules.h"

namespace container_kit::kit::dockerfile {
namespace {

using Names = std::set<std::string, std::less<>>;

bool is_hadolint_rule(std::string_view name) {
  return name.starts_with("DL");
}

// "DL3008, DL3009 # because …"
Names names_in(std::string_view list) {
  Names names;
  for (const auto part : analysis::split(list.substr(0, list.find('#')), ',')) {
    names.emplace(part.substr(0, part.find_first_of(" \t")));
  }
  return names;
}

// What stands behind the "=" of a comment such as `hadolint global ignore=DL3008`, given its words before.
std::optional<Names> pragma(std::string_view comment, std::initializer_list<std::string_view> words) {
  for (const auto word : words) {
    if (!comment.starts_with(word)) return std::nullopt;
    const auto rest = comment.substr(word.size());
    comment = trimmed_left(rest);
    if (rest.size() == comment.size() && !comment.starts_with('=')) return std::nullopt;
  }
  if (!comment.starts_with('=')) return std::nullopt;
  return names_in(comment.substr(1));
}

// What the file wants left out.
class Ignores {
 public:
  explicit Ignores(const Dockerfile& file) : file_(file) {
    for (const auto& comment : file.comments) {
      if (const auto names = pragma(comment.text, {"hadolint", "global", "ignore"})) add(everywhere_, *names);
    }
    if (const auto* check = file.directive("check")) read_check(check->value);
  }

  bool covers(const Finding& finding) const {
    if (everywhere_.contains(finding.rule)) return true;
    if (!is_hadolint_rule(finding.rule)) return all_checks_ || checks_.contains(finding.rule);
    return is_ignored_above(finding);
  }

 private:
  static void add(Names& to, const Names& names) { to.insert(names.begin(), names.end()); }

  // `skip=A,B;error=true`
  void read_check(std::string_view value) {
    for (const auto part : analysis::split(value, ';')) {
      if (!part.starts_with("skip=")) continue;
      add(checks_, names_in(part.substr(5)));
      all_checks_ = checks_.contains("all");
    }
  }

  bool is_ignored_above(const Finding& finding) const {
    const auto& instructions = file_.instructions;
    const auto next = std::upper_bound(
        instructions.begin(), instructions.end(), finding.at.line,
        [](std::uint32_t line, const Instruction& instruction) { return line < instruction.name.at.line; });
    if (next == instructions.begin()) return false;
    const auto& comments = (next - 1)->comments;
    return std::any_of(comments.begin(), comments.end(), [&](const Comment& comment) {
      const auto names = pragma(comment.text, {"hadolint", "ignore"});
      return names && names->contains(finding.rule);
    });
  }

  const Dockerfile& file_;
  Names everywhere_;
  Names checks_;
  bool all_checks_ = false;
};

void run_rule(const Rule& rule, const LintContext& context, std::vector<Finding>& findings) {
  Report report;
  if (rule.check != nullptr) {
    rule.check(context, report);
  } else {
    for (const auto& error : context.file().errors) report.add(error.at, error.message);
  }
  for (auto& finding : report.take()) {
    finding.rule = rule.name;
    finding.severity = rule.severity;
    findings.push_back(std::move(finding));
  }
}

}  // namespace

std::string_view name_of(Severity severity) {
  constexpr std::array<std::string_view, kSeverities> kNames{"error", "warning", "info", "style"};
  return kNames[static_cast<std::size_t>(severity)];
}

LintResult lint(std::string_view text, const std::optional<std::string>& dockerignore,
                const std::stop_token& stop) {
  const LintContext context(parse(text), dockerignore);
  std::vector<Finding> findings;
  for (const auto& rule : rules()) {
    if (!stop.stop_requested()) run_rule(rule, context, findings);
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.at, a.rule) < std::tie(b.at, b.rule);
  });
  const Ignores ignores(context.file());
  LintResult result;
  for (auto& finding : findings) {
    if (ignores.covers(finding)) {
      ++result.ignored;
      continue;
    }
    ++result.counts[static_cast<std::size_t>(finding.severity)];
    if (result.findings.size() < kMostFindings) result.findings.push_back(std::move(finding));
  }
  return result;
}

}  // namespace container_kit::kit::dockerfile
