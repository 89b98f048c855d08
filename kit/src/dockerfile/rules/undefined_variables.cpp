#include <algorithm>
#include <array>

#include "dockerfile/closest_name.h"
#include "dockerfile/rules/families.h"
#include "dockerfile/rules/name_stack.h"
#include "dockerfile/rules/wording.h"
#include "dockerfile/variables.h"

namespace container_kit::kit::dockerfile::rule {
namespace {

// Images whose environment holds PATH and nothing else. What others set is not known here.
constexpr std::array<std::string_view, 5> kPlainImages{"scratch", "alpine", "busybox", "debian", "ubuntu"};

bool is_plain(std::string_view image) {
  auto name = image_name_of(image).name;
  for (const std::string_view prefix : {"docker.io/", "library/"}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  return std::find(kPlainImages.begin(), kPlainImages.end(), name) != kPlainImages.end();
}

// Arguments that may be used without ARG.
bool is_predefined(std::string_view name) {
  constexpr std::array<std::string_view, 10> kProxies{
      "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY",
      "ftp_proxy",  "NO_PROXY",   "no_proxy",    "ALL_PROXY",   "all_proxy"};
  return std::find(kProxies.begin(), kProxies.end(), name) != kProxies.end();
}

// Goes from each stage to those that are built on it, so that one list of names does for all.
class Checker {
 public:
  Checker(const LintContext& context, Report& report)
      : context_(context), report_(report), children_(context.stages().size()) {
    known_.add("PATH");
  }

  void check() {
    const auto& stages = context_.stages();
    for (std::size_t i = stages.size(); i-- > 0;) {
      if (stages[i].parent != kNoStage) children_[stages[i].parent].push_back(i);
    }
    for (std::size_t i = 0; i < stages.size(); ++i) {
      if (stages[i].parent != kNoStage) continue;
      is_all_ = stages[i].image_known && is_plain(stages[i].image);
      check_from(i);
    }
  }

 private:
  struct Step {
    std::size_t stage;
    std::size_t known;  // how many names it begins with
  };

  // Without recursion: a file may have thousands of stages in a row.
  void check_from(std::size_t root) {
    std::vector<Step> steps{{root, known_.size()}};
    while (!steps.empty()) {
      const auto step = steps.back();
      steps.pop_back();
      known_.shrink_to(step.known);
      check_stage(step.stage);
      for (const auto child : children_[step.stage]) steps.push_back({child, known_.size()});
    }
    known_.shrink_to(1);
  }

  // Leaves known what later stages inherit: ENVs, without ARGs.
  void check_stage(std::size_t index) {
    const auto& stage = *context_.stages()[index].stage;
    const auto before = known_.size();
    std::vector<std::string_view> environment;
    for (auto i = stage.first + 1; i < stage.end; ++i) {
      const auto& instruction = context_.instructions()[i];
      check_instruction(instruction, known_);
      if (instruction.keyword == Keyword::kLabel) continue;
      for (const auto& pair : instruction.pairs) {
        known_.add(pair.key.text);
        if (instruction.keyword == Keyword::kEnv) environment.push_back(pair.key.text);
      }
    }
    known_.shrink_to(before);
    for (const auto name : environment) known_.add(name);
  }

  void check_instruction(const Instruction& instruction, NameStack& known) {
    switch (instruction.keyword) {
      case Keyword::kArg:
      case Keyword::kEnv:
      case Keyword::kLabel:
        for (const auto& pair : instruction.pairs) {
          if (pair.value) check_word(*pair.value, known);
        }
        return;
      case Keyword::kAdd:
      case Keyword::kCopy:
      case Keyword::kExpose:
      case Keyword::kStopsignal:
      case Keyword::kUser:
      case Keyword::kVolume:
      case Keyword::kWorkdir:
        for (const auto& word : instruction.words) check_word(word, known);
        return;
      default:
        return;
    }
  }

  void check_word(const Word& word, NameStack& known) {
    for (const auto& use : variables_in(word.text, context_.file().escape)) {
      const bool has_fallback = use.modifier.ends_with('-') || use.modifier.ends_with('+');
      if (has_fallback || known.has(use.name) || is_predefined(use.name)) continue;
      report_use(word, use, known);
    }
  }

  void report_use(const Word& word, const VariableUse& use, NameStack& known) {
    constexpr std::string_view kPath = "PATH";
    // Elsewhere than in a plain image it may be set; only a slip of the finger is certain.
    if (!is_all_ && use.name.size() != kPath.size()) return;
    const auto meant = closest_(use.name, known.names());
    if (!is_all_ && meant != kPath) return;
    const Position at{word.at.line, word.at.column};
    const auto name = quote({"$", use.name});
    if (!meant.empty()) {
      report_.add(at, name + " is not defined: did you mean " + quote("$" + meant) + "?");
    } else if (context_.global_arg(use.name)) {
      report_.add(at, name + " is declared before FROM only: repeat ARG " + analysis::printable(use.name) +
                          " in this stage");
    } else {
      report_.add(at, name + " is not defined in this stage: add ARG or ENV above, or give it a default");
    }
  }

  const LintContext& context_;
  Report& report_;
  std::vector<std::vector<std::size_t>> children_;  // by stage, the last first
  NameStack known_;
  bool is_all_ = false;  // nothing else can be set
  ClosestName closest_;
};

}  // namespace

void variables_are_defined(const LintContext& context, Report& report) {
  Checker(context, report).check();
}

}  // namespace container_kit::kit::dockerfile::rule
