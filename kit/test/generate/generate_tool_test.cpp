// The tool generate_dockerfile, as a caller sees it.
#include <fstream>
#include <sstream>

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <container_kit/kit/tool_call.h>

#include "analyze/scratch_repository.h"

namespace container_kit::kit {
namespace {

class GenerateDockerfile : public testing::Test {
 protected:
  GenerateDockerfile() { files_.write("index.html", "<html></html>"); }

  ToolResult<ToolOutput> call(boost::json::object arguments) {
    arguments["path"] = ".";
    return call_tool({telemetry_, tools_, roots_}, "generate_dockerfile", arguments, 0);
  }

  bool exists(const std::string& name) const { return std::filesystem::exists(files_.path() / name); }

  std::string text(const std::string& name) const {
    std::ostringstream out;
    out << std::ifstream(files_.path() / name).rdbuf();
    return out.str();
  }

  analysis::ScratchRepository files_;
  telemetry::Manager telemetry_{telemetry::Config::testing()};
  ToolRegistry tools_ = builtin_tools();
  std::vector<std::string> roots_{files_.path().string()};
};

TEST_F(GenerateDockerfile, OnlyAnswersByDefault) {
  const auto output = call({});
  ASSERT_TRUE(output) << output.error().message;
  const auto result = boost::json::parse(output->json).as_object();
  EXPECT_EQ(result.at("ecosystem").as_string(), "static site");
  EXPECT_EQ(result.at("port").to_number<int>(), 8080);
  EXPECT_TRUE(result.at("written").as_array().empty());
  EXPECT_FALSE(exists("Dockerfile"));
}

TEST_F(GenerateDockerfile, WritesWhatIsNotThere) {
  const auto output = call({{"dry_run", false}});
  ASSERT_TRUE(output) << output.error().message;
  const auto result = boost::json::parse(output->json).as_object();
  EXPECT_EQ(result.at("written").as_array().size(), 2U);
  EXPECT_EQ(text("Dockerfile"), std::string(result.at("dockerfile").as_string()));
  EXPECT_EQ(text(".dockerignore"), std::string(result.at("dockerignore").as_string()));
}

TEST_F(GenerateDockerfile, ReplacesOnlyWhenAsked) {
  files_.write("Dockerfile", "FROM mine\n");
  files_.write(".dockerignore", "mine\n");
  const auto refused = call({{"dry_run", false}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(name_of(refused.error().code), "conflict");
  EXPECT_EQ(text("Dockerfile"), "FROM mine\n");
  ASSERT_TRUE(call({{"dry_run", false}, {"overwrite", true}}));
  EXPECT_NE(text("Dockerfile"), "FROM mine\n");
  EXPECT_NE(text(".dockerignore"), "mine\n");
}

TEST_F(GenerateDockerfile, FollowsNoLink) {
  const analysis::ScratchRepository outside;
  outside.write("target", "mine\n");
  files_.link("Dockerfile", outside / "target");
  EXPECT_FALSE(call({{"dry_run", false}}));
  ASSERT_TRUE(call({{"dry_run", false}, {"overwrite", true}}));
  std::ostringstream kept;
  kept << std::ifstream(outside / "target").rdbuf();
  EXPECT_EQ(kept.str(), "mine\n");
  EXPECT_FALSE(std::filesystem::is_symlink(files_.path() / "Dockerfile"));
}

TEST_F(GenerateDockerfile, LeavesNoTemporaryFile) {
  ASSERT_TRUE(call({{"dry_run", false}}));
  ASSERT_TRUE(call({{"dry_run", false}, {"overwrite", true}}));
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(files_.path())) ++count;
  EXPECT_EQ(count, 3U);
}

}  // namespace
}  // namespace container_kit::kit
