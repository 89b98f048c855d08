// The tool lint_dockerfile, as a caller sees it.
#include <optional>
#include <stop_token>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <container_kit/kit/tool_call.h>

#include "analyze/scratch_repository.h"
#include "dockerfile/lint.h"

namespace container_kit::kit {
namespace {

class LintDockerfile : public testing::Test {
 protected:
  ToolResult<ToolOutput> call(const boost::json::object& arguments) {
    return call_tool({telemetry_, tools_, roots_}, "lint_dockerfile", arguments, 0);
  }

  boost::json::object result(const boost::json::object& arguments) {
    const auto output = call(arguments);
    EXPECT_TRUE(output) << output.error().message;
    return output ? boost::json::parse(output->json).as_object() : boost::json::object{};
  }

  std::string error(const boost::json::object& arguments) {
    const auto output = call(arguments);
    return output ? "none" : std::string(name_of(output.error().code));
  }

  analysis::ScratchRepository files_;
  telemetry::Manager telemetry_{telemetry::Config::testing()};
  ToolRegistry tools_ = builtin_tools();
  std::vector<std::string> roots_{files_.path().string()};
};

TEST_F(LintDockerfile, ReadsAFileOrAFolder) {
  files_.write("app/Dockerfile", "FROM alpine\nCOPY secret /\n");
  files_.write("app/.dockerignore", "secret\n");
  files_.write("other/Containerfile", "FROM scratch\n");
  files_.write("x.Dockerfile", "FROM alpine:3.20\n");
  const auto found = result({{"path", "app"}});
  EXPECT_EQ(found.at("path").as_string(), "app/Dockerfile");
  EXPECT_EQ(found.at("counts").at("total").to_number<int>(), 2);
  EXPECT_EQ(found.at("findings").at(1).at("rule").as_string(), "CopyIgnoredFile");
  EXPECT_EQ(found.at("findings").at(1).at("line").to_number<int>(), 2);
  EXPECT_EQ(result({{"path", "app/Dockerfile"}}).at("counts").at("total").to_number<int>(), 2);
  EXPECT_EQ(result({{"path", "other"}}).at("counts").at("total").to_number<int>(), 0);
  EXPECT_EQ(result({{"path", "x.Dockerfile"}}).at("counts").at("total").to_number<int>(), 0);
}

TEST_F(LintDockerfile, TakesText) {
  const auto output = call({{"content", "FROM alpine\n"}});
  ASSERT_TRUE(output);
  EXPECT_EQ(output->items, 1U);
  EXPECT_NE(output->text.find("Dockerfile:1:6: warning DL3006 "), std::string::npos) << output->text;
}

TEST_F(LintDockerfile, EndsWhenNobodyWaits) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(dockerfile::lint("FROM alpine\n", std::nullopt, stop.get_token()).findings.empty());
  const ToolCaller caller{telemetry_, tools_, roots_, telemetry::Context(), stop.get_token()};
  const auto output = call_tool(caller, "lint_dockerfile", {{"content", "FROM alpine\n"}}, 0);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ToolErrorCode::kCancelled);
}

TEST_F(LintDockerfile, SaysWhatIsWrongWithThePath) {
  files_.folder("empty");
  files_.link("out", "/etc/passwd");
  files_.write("large", std::string((std::size_t{1} << 20) + 1, '#'));
  EXPECT_EQ(error({}), "invalid_argument");
  EXPECT_EQ(error({{"path", "empty"}, {"content", "FROM a:1"}}), "invalid_argument");
  EXPECT_EQ(error({{"path", "empty"}}), "path_not_found");
  EXPECT_EQ(error({{"path", "absent/Dockerfile"}}), "path_not_found");
  EXPECT_EQ(error({{"path", "/etc/passwd"}}), "path_not_allowed");
  EXPECT_EQ(error({{"path", "../x"}}), "path_not_allowed");
  EXPECT_EQ(error({{"path", "out"}}), "path_not_allowed");
  EXPECT_EQ(error({{"path", "large"}}), "too_large");
}

}  // namespace
}  // namespace container_kit::kit
