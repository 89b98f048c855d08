#include "dockerfile/shell.h"

#include <gtest/gtest.h>

namespace container_kit::kit::dockerfile {
namespace {

// "a·b | c": words joined, a bar before what reads a pipe, brackets around what runs in a subshell.
std::string shown(std::string_view script) {
  std::string text;
  TextStore store;
  for (const auto& command : shell_commands(script, store)) {
    text += text.empty() ? "" : "; ";
    if (command.reads_pipe) text += "| ";
    if (command.in_subshell) text += "(";
    for (const auto& word : command.assignments) text.append(word.text).append("~");
    for (const auto& word : command.words)
      text.append(&word == command.words.data() ? "" : "·").append(word.text);
    if (command.in_subshell) text += ")";
  }
  return text;
}

TEST(Shell, SplitsCommands) {
  EXPECT_EQ(shown("a b && c || d; e & f\ng"), "a·b; c; d; e; f; g");
  EXPECT_EQ(shown("A=1 B=2 make all"), "A=1~B=2~make·all");
  EXPECT_EQ(shown("a | b |& c"), "a; | b; | c");
  EXPECT_EQ(shown("a # b; c\nd"), "a; d");
}

TEST(Shell, ReadsQuotesAndEscapes) {
  EXPECT_EQ(shown("echo 'a && b' \"c; \\\"d\\\"\" e\\ f g'h'\"i\""), "echo·a && b·c; \"d\"·e f·ghi");
  EXPECT_EQ(shown("echo $A \"${B:-c d}\" $((1 + 2))"), "echo·$A·${B:-c d}·$((1 + 2))");
  TextStore store;
  EXPECT_TRUE(shell_commands("x $A", store).at(0).words.at(1).expands);
  EXPECT_FALSE(shell_commands("x '$A'", store).at(0).words.at(1).expands);
}

TEST(Shell, LeavesRedirectionsOut) {
  EXPECT_EQ(shown("a > b 2>&1 c < d >> e"), "a·c");
  EXPECT_EQ(shown("cat <<EOF > f\nrm -rf /\nEOF\nnext"), "cat; next");
}

TEST(Shell, LooksIntoCompoundCommands) {
  EXPECT_EQ(shown("if a; then b; else c; fi"), "a; b; c");
  EXPECT_EQ(shown("for x in apt-get yum; do $x install; done"), "$x·install");
  EXPECT_EQ(shown("while read l; do echo $l; done < f"), "read·l; echo·$l");
  EXPECT_EQ(shown("case \"$A\" in amd64|x86) one ;; (arm*) two;; *) three; esac; four"),
            "one; two; three; four");
  EXPECT_EQ(shown("{ a; b; } && f() { c; }"), "a; b; c");
  EXPECT_EQ(shown("[[ $a == b && $c < d ]] && e"), "[[·$a·==·b·&&·$c·<·d·]]; e");
}

TEST(Shell, LooksIntoSubshells) {
  EXPECT_EQ(shown("(cd a && make) && b"), "(cd·a); (make); b");
  EXPECT_EQ(shown("x=$(curl u | tar x) y"), "(curl·u); | (tar·x); x=$(curl u | tar x)~y");
  EXPECT_EQ(shown("echo \"`date`\""), "(date); echo·`date`");
}

TEST(Shell, KnowsWhereWordsStand) {
  TextStore store;
  const auto commands = shell_commands("a && (b 'c')", store);
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[1].words.at(0).offset, 6U);
  EXPECT_EQ(commands[1].words.at(1).offset, 8U);
}

TEST(Shell, EndsOnWhatIsNotFinished) {
  TextStore store;
  for (const auto* script : {"a '", "a \"", "a $(", "a `", "a ${", "(", "((", "case x in", "a <<", "a <<E",
                             "[[ a", "a \\", ")", "}", ";;", "|", "<(", "for", "$"}) {
    shell_commands(script, store);
  }
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "$(";
  EXPECT_LT(shell_commands(deep, store).size(), 100U);
}

}  // namespace
}  // namespace container_kit::kit::dockerfile
