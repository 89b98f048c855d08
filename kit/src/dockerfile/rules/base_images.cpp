#include <algorithm>
#include <set>

#include "dockerfile/closest_name.h"
#include "dockerfile/rules/families.h"
#include "dockerfile/rules/wording.h"
#include "dockerfile/variables.h"

namespace container_kit::kit::dockerfile::rule {
namespace {

std::vector<std::string_view> declared_args(const LintContext& context) {
  std::vector<std::string_view> names;
  for (const auto& instruction : context.instructions()) {
    if (instruction.keyword == Keyword::kFrom) break;
    for (const auto& pair : instruction.pairs) names.emplace_back(pair.key.text);
  }
  return names;
}

bool is_fallback(const VariableUse& use) {
  return use.modifier.ends_with('-') || use.modifier.ends_with('+');
}

class UseChecker {
 public:
  UseChecker(const LintContext& context, Report& report)
      : context_(context), report_(report), declared_(declared_args(context)) {}

  void check(std::string_view text, Position at) {
    for (const auto& use : variables_in(text, context_.file().escape)) {
      if (is_fallback(use) || is_platform_arg(use.name) || context_.global_arg(use.name)) continue;
      const auto meant = closest_(use.name, declared_);
      report_.add(at, "FROM uses " + quote({"$", use.name}) + ", which no ARG above the first FROM declares" +
                          (meant.empty() ? ": add ARG " + analysis::printable(use.name)
                                         : ": did you mean " + quote("$" + meant) + "?"));
    }
  }

 private:
  const LintContext& context_;
  Report& report_;
  std::vector<std::string_view> declared_;
  ClosestName closest_;
};

// What a registry accepts, roughly: no white space, no empty part, and none of the marks that join parts at
// an end.
bool is_image(std::string_view image) {
  if (image.empty() || image.front() == ':' || image.front() == '@' || image.front() == '/') return false;
  if (image.back() == ':' || image.back() == '@' || image.back() == '/') return false;
  for (const std::string_view empty_part : {"//", ":@", "/:", "::", "@:"}) {
    if (image.find(empty_part) != std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

void from_args_are_declared(const LintContext& context, Report& report) {
  UseChecker checker(context, report);
  for (const auto& stage : context.stages()) {
    checker.check(stage.stage->image.text, stage.stage->image.at);
    const Flag* platform = context.instructions()[stage.stage->first].flag("platform");
    if (platform != nullptr) checker.check(platform->value, platform->at);
  }
}

void default_args_give_an_image(const LintContext& context, Report& report) {
  for (const auto& stage : context.stages()) {
    const auto& word = stage.stage->image;
    const auto uses = variables_in(word.text, context.file().escape);
    const bool all_declared = std::all_of(uses.begin(), uses.end(), [&](const VariableUse& use) {
      return context.global_arg(use.name) || is_fallback(use);
    });
    if (uses.empty() || !all_declared || is_image(stage.image)) continue;
    report.add(word.at, "with the defaults of its ARGs, the image is " + quote(stage.image) + ": give ARG " +
                            analysis::printable(uses.front().name) + " a default");
  }
}

void target_platform_is_the_default(const LintContext& context, Report& report) {
  for (const auto& stage : context.stages()) {
    const Flag* platform = context.instructions()[stage.stage->first].flag("platform");
    if (platform == nullptr) continue;
    if (platform->value != "$TARGETPLATFORM" && platform->value != "${TARGETPLATFORM}") continue;
    report.add(platform->at, "the target platform is what FROM takes anyway: leave --platform out");
  }
}

}  // namespace container_kit::kit::dockerfile::rule
