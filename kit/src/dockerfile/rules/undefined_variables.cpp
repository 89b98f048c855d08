#include <algorithm>
#include <array>

#include "dockerfile/closest_name.h"
#include "dockerfile/rules/families.h"
#include "dockerfile/rules/wording.h"
#include "dockerfile/variables.h"

namespace container_kit::kit::dockerfile::rule {
namespace {

// Images whose environment holds PATH and nothing else. What others set is not known here.
constexpr std::array<std::string_view, 5> kPlainImages{"scratch", "alpine", "busybox", "debian", "ubuntu"};

bool is_plain(std::string_view image) {
  auto name = image_name_of(image).name;
  for (const std::string_view prefix : {"docker.io/", "library/"}) {
    if (name.starts_with(prefix)) name.erase(0, prefix.size());
  }
  return std::find(kPlainImages.begin(), kPlainImages.end(), name) != kPlainImages.end();
}

struct Known {
  std::vector<std::string> names{"PATH"};
  bool is_all = false;  // nothing else can be set

  bool has(std::string_view name) const { return std::find(names.begin(), names.end(), name) != names.end(); }
};

// Arguments that may be used without ARG.
bool is_predefined(std::string_view name) {
  constexpr std::array<std::string_view, 10> kProxies{
      "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY",
      "ftp_proxy",  "NO_PROXY",   "no_proxy",    "ALL_PROXY",   "all_proxy"};
  return std::find(kProxies.begin(), kProxies.end(), name) != kProxies.end();
}

class Checker {
 public:
  Checker(const LintContext& context, Report& report) : context_(context), report_(report) {}

  void check() {
    for (std::size_t i = 0; i < context_.stages().size(); ++i) check_stage(i);
  }

 private:
  void check_stage(std::size_t index) {
    const auto& stage = context_.stages()[index];
    Known known = stage.parent != kNoStage ? environments_[stage.parent] : Known{};
    if (stage.parent == kNoStage) known.is_all = stage.image_known && is_plain(stage.image);
    auto environment = known;  // what a later stage inherits: without the ARGs
    for (auto i = stage.stage->first + 1; i < stage.stage->end; ++i) {
      const auto& instruction = context_.instructions()[i];
      check_instruction(instruction, known);
      for (const auto& pair : instruction.pairs) {
        if (instruction.keyword == Keyword::kLabel) continue;
        known.names.push_back(pair.key.text);
        if (instruction.keyword == Keyword::kEnv) environment.names.push_back(pair.key.text);
      }
    }
    environments_.push_back(std::move(environment));
  }

  void check_instruction(const Instruction& instruction, const Known& known) {
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

  void check_word(const Word& word, const Known& known) {
    for (const auto& use : variables_in(word.text, context_.file().escape)) {
      const bool has_fallback = use.modifier.ends_with('-') || use.modifier.ends_with('+');
      if (has_fallback || known.has(use.name) || is_predefined(use.name)) continue;
      report_use(word, use, known);
    }
  }

  void report_use(const Word& word, const VariableUse& use, const Known& known) {
    const Position at{word.at.line, word.at.column};
    const auto meant = closest_name(use.name, known.names);
    const auto name = quote("$" + use.name);
    // Elsewhere the base image may set it; only a slip of the finger is certain.
    if (!known.is_all && (meant != "PATH" || use.name.size() != meant.size())) return;
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
  std::vector<Known> environments_;  // of the stages done
};

}  // namespace

void variables_are_defined(const LintContext& context, Report& report) {
  Checker(context, report).check();
}

}  // namespace container_kit::kit::dockerfile::rule
