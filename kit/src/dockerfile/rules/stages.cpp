#include <algorithm>

#include "analyze/text.h"
#include "dockerfile/rules/families.h"
#include "dockerfile/rules/wording.h"
#include "dockerfile/variables.h"

namespace container_kit::kit::dockerfile::rule {
namespace {

using analysis::lower;

bool is_reserved(std::string_view name) {
  const auto lowered = lower(name);
  return lowered == "scratch" || lowered == "context";
}

bool is_upper(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

template <typename Visit>
void for_each_name(const LintContext& context, const Visit& visit) {
  for (std::size_t i = 0; i < context.stages().size(); ++i) {
    const auto& name = context.stages()[i].stage->name;
    if (!name.text.empty()) visit(name, i);
  }
}

// Images from elsewhere, whose name is known.
template <typename Visit>
void for_each_image(const LintContext& context, const Visit& visit) {
  for (const auto& stage : context.stages()) {
    if (stage.parent != kNoStage || !stage.image_known || stage.image.empty() || stage.image == "scratch")
      continue;
    visit(image_name_of(stage.image), stage.stage->image);
  }
}

}  // namespace

void from_is_tagged(const LintContext& context, Report& report) {
  for_each_image(context, [&](const ImageName& image, const Word& word) {
    if (!image.tag.empty() || !image.digest.empty()) return;
    report.add(word.at, quote(image.name) +
                            " has no tag, so it is whatever is newest: name a version, as in " +
                            quote({image.name, ":<version>"}));
  });
}

void from_is_not_latest(const LintContext& context, Report& report) {
  for_each_image(context, [&](const ImageName& image, const Word& word) {
    if (image.tag != "latest" || !image.digest.empty()) return;
    report.add(word.at, "the tag latest moves: name a version of " + quote(image.name));
  });
}

// A platform that is in the stage's name ("build_amd64") was chosen with care.
void from_has_no_constant_platform(const LintContext& context, Report& report) {
  for (const auto& stage : context.stages()) {
    const auto& from = context.instructions()[stage.stage->first];
    const Flag* platform = from.flag("platform");
    if (platform == nullptr || platform->value.empty()) continue;
    if (!variables_in(platform->value, context.file().escape).empty()) continue;
    const auto slash = platform->value.find('/');
    const auto architecture = platform->value.substr(slash == std::string::npos ? 0 : slash + 1);
    if (analysis::contains(lower(stage.stage->name.text), lower(architecture))) continue;
    report.add(platform->at, "--platform=" + quote(platform->value) +
                                 " fixes the platform: leave it out, or use $BUILDPLATFORM or an ARG");
  }
}

void stage_names_are_unique(const LintContext& context, Report& report) {
  for_each_name(context, [&](const Word& name, std::size_t i) {
    const auto other = context.stage_named(name.text, i);
    if (other == kNoStage) return;
    report.add(name.at, "a stage named " + quote(name.text) + " is in line " +
                            std::to_string(context.stages()[other].stage->name.at.line) +
                            " already: give this one another name");
  });
}

void file_begins_with_from(const LintContext& context, Report& report) {
  for (const auto& instruction : context.instructions()) {
    if (instruction.keyword == Keyword::kFrom) return;
    if (instruction.keyword == Keyword::kArg || instruction.keyword == Keyword::kUnknown) continue;
    report.add(instruction.name.at, quote(name_of(instruction.keyword)) +
                                        " is before the first FROM: only ARG and comments may be there");
    return;
  }
}

void stage_name_is_not_reserved(const LintContext& context, Report& report) {
  for_each_name(context, [&](const Word& name, std::size_t) {
    if (is_reserved(name.text)) {
      report.add(name.at, quote(name.text) + " means something else to Docker: give the stage another name");
    }
  });
}

void stage_name_is_lowercase(const LintContext& context, Report& report) {
  for_each_name(context, [&](const Word& name, std::size_t) {
    const auto lowered = lower(name.text);
    if (lowered == name.text) return;
    report.add(name.at, "the stage's name " + quote(name.text) + " has capitals", lowered);
  });
}

void as_is_cased_like_from(const LintContext& context, Report& report) {
  for (const auto& stage : context.stages()) {
    const auto& from = context.instructions()[stage.stage->first].name.text;
    const auto& as = stage.stage->as;
    if (as.text.empty()) continue;
    const bool from_upper = is_upper(from);
    if (!from_upper && from != lower(from)) continue;
    if (from_upper ? is_upper(as.text) : as.text == lower(as.text)) continue;
    report.add(as.at, quote(as.text) + " and " + quote(from) + " are cased differently",
               from_upper ? "AS" : "as");
  }
}

}  // namespace container_kit::kit::dockerfile::rule
