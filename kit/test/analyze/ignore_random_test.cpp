// Rules drawn at random, judged by git and by us. Each set of rules is the .gitignore of a folder of its own,
// so that one git answers for all of them.
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "analyze/git_output.h"
#include "analyze/ignore.h"
#include "analyze/scratch_repository.h"

namespace container_kit::kit::analysis {
namespace {

class Draw {
 public:
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }
  bool one_in(std::size_t many) { return below(many) == 0; }
  template <typename T, std::size_t kSize>
  const T& of(const T (&choices)[kSize]) {
    return choices[below(kSize)];
  }

 private:
  std::mt19937_64 random_{2011};
};

// Few letters, so that rules and paths meet; and every character that means something.
constexpr const char* kPieces[] = {
    "a",   "b",           "ab",      "A",    "1",    "*",     "*",        "**",   "?",    "/", "/",
    "**/", "/**",         "/**/",    "[ab]", "[!a]", "[^b]",  "[a-c]",    "[]a]", "[a/]", "[", "]",
    "!",   "#",           " ",       "\\ ",  "\\a",  "\\*",   "\\\\",     "\\",   "-",    ".", "..",
    "\t",  "[[:alpha:]]", "[[:x:]]", "[[:",  "[a-",  "[\\]]", "\xC3\xA9", "\r"};

std::string drawn_rules(Draw& draw) {
  std::string text = draw.one_in(40) ? "\xEF\xBB\xBF" : "";
  for (std::size_t lines = 1 + draw.below(4); lines > 0; --lines) {
    if (draw.one_in(5)) text += '!';
    if (draw.one_in(6)) text += '/';
    for (std::size_t pieces = 1 + draw.below(5); pieces > 0; --pieces) text += draw.of(kPieces);
    if (draw.one_in(6)) text += '/';
    if (draw.one_in(10)) text += "  ";
    if (draw.one_in(20)) text += '\r';
    if (lines > 1 || !draw.one_in(4)) text += '\n';
  }
  return text;
}

constexpr const char* kParts[] = {"a",  "b", "A",  "1", "ab", "]",  "[",        "!",  "#", " ",
                                  "\\", "-", ".x", "*", "?",  "\t", "\xC3\xA9", "\r", "c"};

std::string drawn_path(Draw& draw) {
  std::string path;
  for (std::size_t components = 1 + draw.below(4); components > 0; --components) {
    for (std::size_t parts = 1 + draw.below(3); parts > 0; --parts) path += draw.of(kParts);
    if (components > 1) path += '/';
  }
  return path;
}

// Whether the path or a folder above it is ignored, as a walk would find it.
bool ignored_by_us(const IgnoreStack& stack, const std::string& path, std::size_t from) {
  for (auto slash = path.find('/', from); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    if (stack.ignores(path.substr(0, slash), true)) return true;
  }
  return stack.ignores(path, false);
}

// Nothing where git is not installed.
std::unique_ptr<std::set<std::string>> ignored_by_git(const ScratchRepository& tree,
                                                      const std::vector<std::string>& paths) {
  std::string asked;
  for (const std::string& path : paths) asked += path + '\0';
  const ScratchRepository beside;
  beside.write("asked", asked);
  return names_from_git(tree.path(), "check-ignore --no-index -z --stdin <'" + (beside / "asked") + "'");
}

TEST(IgnoreAgainstGit, RulesDrawnAtRandomIgnoreWhatGitIgnores) {
  constexpr std::size_t kSets = 1'500;
  constexpr std::size_t kPathsEach = 24;
  Draw draw;
  const ScratchRepository tree;
  std::vector<std::string> rules;
  std::vector<std::string> paths;
  for (std::size_t set = 0; set < kSets; ++set) {
    const std::string folder = "set" + std::to_string(set);
    rules.push_back(drawn_rules(draw));
    tree.write(folder + "/.gitignore", rules.back());
    for (std::size_t i = 0; i < kPathsEach; ++i) paths.push_back(folder + "/" + drawn_path(draw));
  }
  const auto by_git = ignored_by_git(tree, paths);
  if (!by_git) GTEST_SKIP() << "git is not installed";
  std::size_t differences = 0;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::string& path = paths[i];
    const std::size_t set = i / kPathsEach;
    const std::string folder = path.substr(0, path.find('/'));
    IgnoreStack stack;
    stack.push(folder, IgnoreRules(rules[set]));
    const bool is_ignored = ignored_by_us(stack, path, folder.size() + 1);
    if (is_ignored == by_git->contains(path)) continue;
    if (++differences <= 20) {
      ADD_FAILURE() << ::testing::PrintToString(rules[set]) << " and "
                    << ::testing::PrintToString(path.substr(folder.size() + 1)) << ": git "
                    << (is_ignored ? "keeps" : "ignores") << " it";
    }
  }
  EXPECT_EQ(differences, 0U);
  EXPECT_GT(by_git->size(), paths.size() / 20) << "too little was ignored to say much";
}

}  // namespace
}  // namespace container_kit::kit::analysis
