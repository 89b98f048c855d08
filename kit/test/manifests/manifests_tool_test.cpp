// The tool generate_manifests, as a caller sees it.
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <container_kit/kit/tool_call.h>

#include "analyze/scratch_repository.h"

namespace container_kit::kit {
namespace {

class GenerateManifests : public testing::Test {
 protected:
  GenerateManifests() { files_.write("site/index.html", "<html></html>"); }

  ToolResult<ToolOutput> call(boost::json::object arguments) {
    arguments["path"] = "site";
    arguments["image"] = "site:1.0.0";
    return call_tool({telemetry_, tools_, roots_}, "generate_manifests", arguments, 0);
  }

  analysis::ScratchRepository files_;
  telemetry::Manager telemetry_{telemetry::Config::testing()};
  ToolRegistry tools_ = builtin_tools();
  std::vector<std::string> roots_{files_.path().string()};
};

TEST_F(GenerateManifests, TakesPortUserAndNameFromTheRepository) {
  const auto output = call({});
  ASSERT_TRUE(output) << output.error().message;
  const auto result = boost::json::parse(output->json).as_object();
  EXPECT_EQ(result.at("name").as_string(), "site");
  EXPECT_TRUE(result.at("written").as_array().empty());
  EXPECT_FALSE(std::filesystem::exists(files_ / "site/k8s"));
  EXPECT_NE(output->text.find("containerPort: 8080"), std::string::npos);
  EXPECT_NE(output->text.find("runAsUser: 101\n"), std::string::npos);
}

TEST_F(GenerateManifests, WritesIntoAFolderOfItsOwn) {
  ASSERT_TRUE(call({{"dry_run", false}}));
  EXPECT_TRUE(std::filesystem::exists(files_ / "site/k8s/kustomization.yaml"));
  const auto again = call({{"dry_run", false}});
  ASSERT_FALSE(again);
  EXPECT_EQ(name_of(again.error().code), "conflict");
  EXPECT_TRUE(call({{"dry_run", false}, {"overwrite", true}}));
}

TEST_F(GenerateManifests, WritesThroughNoLink) {
  const analysis::ScratchRepository outside;
  files_.link("site/k8s", outside.path().string());
  const auto output = call({{"dry_run", false}, {"overwrite", true}});
  ASSERT_FALSE(output);
  EXPECT_EQ(name_of(output.error().code), "conflict");
  EXPECT_TRUE(std::filesystem::is_empty(outside.path()));
}

TEST_F(GenerateManifests, RefusesWhatIsNoName) {
  const auto output = call({{"name", "a\nkind: Evil"}});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().field, "name");
}

}  // namespace
}  // namespace container_kit::kit
