#include "analyze/languages.h"

#include <gmock/gmock.h>

#include "analyze/scratch_repository.h"
#include "analyze/walk.h"

namespace container_kit::kit::analysis {
namespace {

using testing::ElementsAre;

std::vector<std::string> scanned(const LanguageScan& scan) {
  std::vector<std::string> rows;
  for (const auto& l : scan.languages) {
    rows.push_back(l.name + " " + std::to_string(l.files) + " " + std::to_string(l.lines));
  }
  return rows;
}

LanguageScan scan(const ScratchRepository& tree, const AnalyzeLimits& limits = {}) {
  return scan_languages(walk(tree.open(), limits).tree, limits);
}

TEST(Languages, CountsLinesAndSortsByThem) {
  const ScratchRepository tree;
  tree.write("a.py", "one\ntwo\n");
  tree.write("b.py", "one\nlast without newline");
  tree.write("c.go", "one\n");
  tree.write("empty.go", "");
  tree.write("README.md", "1\n2\n3\n4\n5\n6\n");
  const auto result = scan(tree);
  EXPECT_THAT(scanned(result), ElementsAre("Python 2 4", "Go 2 1", "Markdown 1 6"));
  EXPECT_EQ(result.lines, 11U);
}

TEST(Languages, BinaryGeneratedAndUnknownFilesDoNotCount) {
  const ScratchRepository tree;
  tree.write("a.py", std::string_view("x\0y\n", 4));
  tree.write("package-lock.json", "{}\n");
  tree.write("app.min.js", "x\n");
  tree.write("picture.xyz", "x\n");
  tree.write("LICENSE", "text\n");
  EXPECT_THAT(scan(tree).languages, testing::IsEmpty());
}

TEST(Languages, AScriptIsKnownByItsFirstLine) {
  const ScratchRepository tree;
  tree.write("run", "#!/usr/bin/env -S python3.11 -u\n");
  tree.write("start", "#!/bin/sh\n");
  tree.write("odd", "#!\n");
  EXPECT_THAT(scanned(scan(tree)), ElementsAre("Python 1 1", "Shell 1 1"));
}

TEST(Languages, HeadersFollowTheSourcesBesideThem) {
  const ScratchRepository c;
  c.write("a.c", "1\n");
  c.write("a.h", "1\n2\n");
  EXPECT_THAT(scanned(scan(c)), ElementsAre("C 2 3"));
  const ScratchRepository cpp;
  cpp.write("a.cpp", "1\n");
  cpp.write("a.h", "1\n2\n");
  EXPECT_THAT(scanned(scan(cpp)), ElementsAre("C++ 2 3"));
}

TEST(Languages, ALongFileIsCountedToTheLimit) {
  const ScratchRepository tree;
  std::string text;
  for (int i = 0; i < 400'000; ++i) text += "x\n";
  tree.write("a.js", text);
  EXPECT_THAT(scanned(scan(tree)), ElementsAre("JavaScript 1 400000"));
  AnalyzeLimits limits;
  limits.max_counted_bytes = 1000;
  const auto result = scan(tree, limits);
  ASSERT_EQ(result.notes.size(), 1U);
  EXPECT_EQ(result.notes[0].code, "large_file");
}

TEST(Languages, NoticesAHealthEndpoint) {
  const ScratchRepository tree;
  tree.write("a.js", "import \"./health.js\"; // see docs/health-care\n");
  EXPECT_EQ(scan(tree).health_endpoint, "");
  tree.write("b.js", "app.get('/healthz', ok)\n");
  EXPECT_EQ(scan(tree).health_endpoint, "b.js");
}

}  // namespace
}  // namespace container_kit::kit::analysis
