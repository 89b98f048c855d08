#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <container_kit/kit/analysis_json.h>

namespace container_kit::kit {
namespace {

TEST(AnalysisJson, HoldsEveryListEvenWhenEmpty) {
  const auto value = to_json(Analysis{});
  const auto& object = value.as_object();
  EXPECT_EQ(object.size(), 17U);
  for (const auto* list :
       {"languages", "package_managers", "build_tools", "frameworks", "runtime_versions", "entry_points",
        "start_commands", "ports", "databases", "system_packages", "members", "suggestions", "notes"}) {
    ASSERT_TRUE(object.contains(list)) << list;
    EXPECT_TRUE(object.at(list).as_array().empty()) << list;
  }
}

TEST(AnalysisJson, NamesWithForeignBytesAreStillJson) {
  Analysis analysis;
  analysis.path = "a\xFF";
  analysis.package_managers = {{"npm", "package.json", "", "", false}};
  const auto value = to_json(analysis);
  EXPECT_EQ(value.at("path").as_string(), "a\uFFFD");
  EXPECT_TRUE(value.at("package_managers").at(0).at("lock_file").is_null());
}

}  // namespace
}  // namespace container_kit::kit
