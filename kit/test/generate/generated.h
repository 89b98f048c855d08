// What tests of the recipes share: a generated pair of files for a folder, and what our lint says of it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "analyze/scratch_repository.h"
#include "dockerfile/lint.h"
#include "generate/generate.h"

namespace container_kit::kit::generate {

class SilentScope : public StepScope {
 public:
  void attribute(std::string_view, std::int64_t) override {}
};

class Silent : public StepObserver {
 public:
  std::unique_ptr<StepScope> begin(std::string_view) override { return std::make_unique<SilentScope>(); }
};

inline ToolResult<Generated> generate_for(const std::string& root, const std::string& path,
                                          const Wishes& wishes = {}) {
  Silent silent;
  const auto inspection = analysis::inspect({{root}, path, {}}, silent);
  EXPECT_TRUE(inspection);
  return generate(*inspection, wishes);
}

// "DL3006 in line 3", of the generated pair.
inline std::string findings_of(const Generated& generated) {
  std::string text;
  for (const auto& finding : dockerfile::lint(generated.dockerfile, generated.dockerignore).findings) {
    text += finding.rule + " in line " + std::to_string(finding.at.line) + ": " + finding.message + "\n";
  }
  return text;
}

// What is generated for files of these texts, which the lint has nothing to say of.
inline Generated generated_of(const std::map<std::string, std::string>& texts) {
  const analysis::ScratchRepository files;
  for (const auto& [path, text] : texts) files.write(path, text);
  auto generated = generate_for(files.path(), ".");
  EXPECT_TRUE(generated) << generated.error().message;
  if (!generated) return {};
  EXPECT_EQ(findings_of(*generated), "") << generated->dockerfile;
  return std::move(*generated);
}

}  // namespace container_kit::kit::generate
