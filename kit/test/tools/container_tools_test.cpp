// The tools that drive engines, scanners and clusters, with programs made for the test that note what they
// were told.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <container_kit/kit/tool_call.h>

#include "containers/engine_choice.h"
#include "support/folder.h"

namespace container_kit::kit {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ContainerTools : public ::testing::Test, public ProgressListener {
 protected:
  ContainerTools() {
    roots_ = {folder_.string()};
    std::filesystem::create_directories(folder_ / "bin");
    std::filesystem::create_directories(folder_ / "app");
    path_ = std::getenv("PATH");
    ::setenv("PATH", (folder_ / "bin").c_str(), 1);
  }
  ~ContainerTools() override { ::setenv("PATH", path_.c_str(), 1); }
  void report(double done, double, std::string_view) override { steps_.push_back(done); }

  // A program that notes its arguments and where it runs, and then does what the script says.
  void install(const std::string& name, const std::string& script = {}) {
    const auto path = folder_ / "bin" / name;
    std::ofstream(path) << "#!/bin/sh\nPATH=/usr/bin:/bin\npwd >" << (folder_ / "where").string()
                        << "\nprintf '%s\\n' \"$@\" >>" << (folder_ / (name + ".args")).string() << "\n"
                        << script << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }
  std::vector<std::string> told(const std::string& name) const {
    std::ifstream file(folder_ / (name + ".args"));
    std::vector<std::string> words;
    for (std::string line; std::getline(file, line);) words.push_back(line);
    return words;
  }
  std::string where() const {
    std::ifstream file(folder_ / "where");
    std::string line;
    std::getline(file, line);
    return line;
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  ToolResult<ToolOutput> call(std::string_view tool, const json::object& arguments) {
    return call_tool({telemetry_, tools_, roots_, {}, {}, this}, tool, arguments, 0);
  }

  telemetry::Manager telemetry_{telemetry::Config::testing()};
  const ToolRegistry tools_ = builtin_tools();
  const Folder temporary_;
  const std::filesystem::path folder_ = temporary_.path();
  std::vector<std::string> roots_;
  std::string path_;
  std::vector<double> steps_;
};

constexpr const char* kWriteId = R"(while [ "$1" != --iidfile ]; do shift; done; printf sha256:abc >"$2")";

TEST_F(ContainerTools, without_an_engine_say_which_to_install) {
  write("app/Dockerfile", "FROM scratch\n");
  const auto result = call("build_image", {{"path", "app"}, {"tag", "app:1"}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ToolErrorCode::kProgramMissing);
  EXPECT_THAT(result.error().message, HasSubstr("docker, podman, buildah"));
  EXPECT_EQ(call("scan_image", {{"image", "app:1"}}).error().code, ToolErrorCode::kProgramMissing);
  EXPECT_EQ(call("deploy", {{"path", "app"}}).error().code, ToolErrorCode::kProgramMissing);
}

TEST_F(ContainerTools, build_in_the_folder_and_say_the_image_that_came_of_it) {
  write("app/Dockerfile", "FROM scratch\n");
  install("docker", std::string("echo '#5 [1/2] FROM scratch'; echo '#6 [2/2] COPY'; ") + kWriteId);
  const auto result = call("build_image", {{"path", "app"},
                                           {"tag", "shop:1"},
                                           {"platform", "linux/arm64"},
                                           {"build_args", json::array{"A=1", "B=x y"}}});
  ASSERT_TRUE(result) << result.error().message;
  const auto built = json::parse(result->json);
  EXPECT_EQ(built.at("id").as_string(), "sha256:abc");
  EXPECT_EQ(built.at("engine").as_string(), "docker");
  EXPECT_EQ(where(), std::filesystem::canonical(folder_ / "app").string());
  auto words = told("docker");
  ASSERT_GT(words.size(), 6U);
  EXPECT_THAT(words[2], testing::EndsWith("/Dockerfile"));  // a copy, which nobody can exchange meanwhile
  words[2] = "COPY";
  words[6] = "ID";
  EXPECT_THAT(words,
              ElementsAre("build", "--file", "COPY", "--tag", "shop:1", "--iidfile", "ID", "--platform",
                          "linux/arm64", "--build-arg", "A=1", "--build-arg", "B=x y", "."));
  EXPECT_THAT(steps_, ElementsAre(1, 2));
}

TEST_F(ContainerTools, tell_what_a_failed_build_said_last) {
  write("app/Dockerfile", "FROM scratch\n");
  install("podman", "echo 'no such file: main.c' >&2; exit 125");
  const auto result = call("build_image", {{"path", "app"}, {"tag", "shop:1"}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ToolErrorCode::kProgramFailed);
  EXPECT_EQ(result.error().message, "podman build ended with 125: no such file: main.c");
}

TEST_F(ContainerTools, refuse_names_that_would_be_options_or_lead_out) {
  write("app/Dockerfile", "FROM scratch\n");
  write("secret", "x");
  install("docker");
  for (const auto& [field, value] : std::vector<std::pair<std::string, std::string>>{
           {"tag", "--privileged"}, {"dockerfile", "../secret"}, {"platform", "-v"}, {"target", "--x"}}) {
    json::object arguments{{"path", "app"}, {"tag", "app:1"}};
    arguments[field] = value;
    const auto result = call("build_image", arguments);
    ASSERT_FALSE(result) << field;
    EXPECT_EQ(result.error().code, ToolErrorCode::kInvalidArgument) << field;
    EXPECT_EQ(result.error().field, field);
  }
  std::filesystem::create_symlink(folder_ / "secret", folder_ / "app/Linked");
  EXPECT_FALSE(call("build_image", {{"path", "app"}, {"tag", "app:1"}, {"dockerfile", "Linked"}}));
  EXPECT_FALSE(call("build_image", {{"path", "app"}, {"tag", "a:1"}, {"build_args", json::array{"--x"}}}));
  EXPECT_EQ(call("build_image", {{"path", "/etc"}, {"tag", "app:1"}}).error().code,
            ToolErrorCode::kPathNotAllowed);
  EXPECT_TRUE(told("docker").empty());
}

TEST_F(ContainerTools, tag_and_push) {
  install("docker", "echo '1.2: digest: sha256:" + std::string(64, 'b') + " size: 528'");
  ASSERT_TRUE(call("tag_image", {{"image", "shop:1"}, {"tag", "registry.example.com/shop:1"}}));
  const auto pushed = call("push_image", {{"image", "registry.example.com/shop:1"}});
  ASSERT_TRUE(pushed);
  EXPECT_EQ(json::parse(pushed->json).at("digest").as_string(), "sha256:" + std::string(64, 'b'));
  EXPECT_THAT(told("docker"), ElementsAre("tag", "shop:1", "registry.example.com/shop:1", "push",
                                          "registry.example.com/shop:1"));
}

constexpr const char* kTrivyReport = R"(cat <<'END'
{"SchemaVersion": 2, "Results": [{"Target": "app", "Vulnerabilities": [
  {"VulnerabilityID": "CVE-2", "PkgName": "zlib", "InstalledVersion": "1.2", "Severity": "LOW"},
  {"VulnerabilityID": "CVE-1", "PkgName": "openssl", "InstalledVersion": "3.0", "FixedVersion": "3.1",
   "Severity": "CRITICAL"}]}, {"Target": "clean"}]}
END)";

TEST_F(ContainerTools, scan_by_trivy_and_judge_by_the_gravest) {
  install("trivy", kTrivyReport);
  const auto result = call("scan_image", {{"image", "shop:1"}});
  ASSERT_TRUE(result) << result.error().message;
  const auto report = json::parse(result->json);
  EXPECT_FALSE(report.at("passed").as_bool());
  EXPECT_EQ(report.at("counts").at("critical").as_int64(), 1);
  EXPECT_EQ(report.at("findings").at(0).at("id").as_string(), "CVE-1");
  EXPECT_EQ(report.at("findings").at(0).at("fixed").as_string(), "3.1");
  EXPECT_EQ(told("trivy").back(), "shop:1");
  const auto lenient = call("scan_image", {{"image", "shop:1"}, {"fail_on", "none"}});
  EXPECT_TRUE(json::parse(lenient->json).at("passed").as_bool());
}

TEST_F(ContainerTools, scan_by_grype_where_it_is_the_one_installed) {
  install("grype", R"(echo '{"matches": [{"vulnerability": {"id": "CVE-3", "severity": "High",
    "fix": {"versions": ["2.0"]}}, "artifact": {"name": "curl", "version": "1.0"}}]}')");
  const auto result = call("scan_image", {{"image", "shop:1"}, {"fail_on", "high"}});
  ASSERT_TRUE(result) << result.error().message;
  const auto report = json::parse(result->json);
  EXPECT_FALSE(report.at("passed").as_bool());
  EXPECT_EQ(report.at("findings").at(0).at("package").as_string(), "curl");
}

TEST_F(ContainerTools, do_not_take_anything_for_a_clean_report) {
  install("trivy", "echo '{}'");
  const auto result = call("scan_image", {{"image", "shop:1"}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ToolErrorCode::kProgramFailed);
}

TEST_F(ContainerTools, deploy_asks_before_it_does) {
  write("app/kustomization.yaml", "resources: []\n");
  install("kubectl", "echo 'deployment.apps/shop created'; echo 'service/shop unchanged'");
  const auto asked = call("deploy", {{"path", "app"}, {"namespace", "shop"}});
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_THAT(told("kubectl"), ElementsAre("apply", "--kustomize=.", "--namespace=shop", "--dry-run=server"));
  const auto resources = json::parse(asked->json).at("resources");
  EXPECT_EQ(resources.at(0).at("resource").as_string(), "deployment.apps/shop");
  EXPECT_EQ(resources.at(1).at("result").as_string(), "unchanged");
  ASSERT_TRUE(call("deploy", {{"path", "app"}, {"dry_run", false}, {"context", "kind-shop"}}));
  const auto words = told("kubectl");
  EXPECT_EQ(words.at(words.size() - 1), "--context=kind-shop");
  EXPECT_EQ(call("deploy", {{"path", "app"}, {"namespace", "a b"}}).error().field, "namespace");
}

TEST_F(ContainerTools, verify_waits_for_the_rollout_and_counts_pods) {
  install("kubectl", R"(if [ "$1" = get ]; then
    echo '{"kind": "Deployment", "spec": {"replicas": 3}, "status": {"availableReplicas": 2}}'
  else
    echo 'error: timed out waiting for the condition' >&2; exit 1
  fi)");
  const auto result = call("verify_deployment", {{"deployment", "shop"}, {"timeout_seconds", 5}});
  ASSERT_TRUE(result) << result.error().message;
  const auto state = json::parse(result->json);
  EXPECT_FALSE(state.at("ready").as_bool());
  EXPECT_EQ(state.at("wanted").as_int64(), 3);
  EXPECT_EQ(state.at("available").as_int64(), 2);
  EXPECT_EQ(told("kubectl").at(3), "--timeout=5s");
  EXPECT_EQ(call("verify_deployment", {{"deployment", "a;b"}}).error().field, "deployment");
}

TEST_F(ContainerTools, verify_takes_nothing_else_for_a_deployment) {
  for (const char* const answer :
       {R"({"items": []})", R"({"kind": "Deployment"})", R"({"kind": "List", "spec": {}})", "[]", "oops"}) {
    install("kubectl", "[ \"$1\" = get ] && echo '" + std::string(answer) + "'; exit 0");
    const auto result = call("verify_deployment", {{"deployment", "shop"}});
    ASSERT_FALSE(result) << answer;
    EXPECT_EQ(result.error().code, ToolErrorCode::kProgramFailed);
    EXPECT_THAT(result.error().message, HasSubstr("kubectl get deployment/shop"));
  }
}

TEST_F(ContainerTools, pass_over_an_engine_that_does_not_answer_and_say_why) {
  containers::forget_engines();
  write("app/Dockerfile", "FROM scratch\n");
  install("docker", "echo 'Cannot connect to the daemon' >&2; exit 1");
  install("buildah", std::string("[ \"$1\" = build ] || exit 0; ") + kWriteId);
  const auto result = call("build_image", {{"path", "app"}, {"tag", "shop:1"}});
  ASSERT_TRUE(result) << result.error().message;
  const auto built = json::parse(result->json);
  EXPECT_EQ(built.at("engine").as_string(), "buildah");
  EXPECT_EQ(built.at("engine_reason").as_string(), "docker does not work: Cannot connect to the daemon");
  ASSERT_TRUE(call("tag_image", {{"image", "shop:1"}, {"tag", "shop:2"}}));
  EXPECT_THAT(told("docker"), ElementsAre("version")) << "asked once";
  EXPECT_FALSE(call("tag_image", {{"image", "shop:1"}, {"tag", "shop:2"}, {"engine", "docker"}}));
  containers::forget_engines();
}

TEST_F(ContainerTools, hand_on_no_file_that_a_link_leads_out_to) {
  const auto secret = folder_.string() + ".secret";
  std::ofstream(secret) << "FROM scratch\n# MARKER\n";
  install("buildah", "cat \"$3\"");
  install("kubectl", "cat ./*");
  std::filesystem::create_symlink(secret, folder_ / "app/Dockerfile");
  EXPECT_EQ(call("build_image", {{"path", "app"}, {"tag", "shop:1"}}).error().code,
            ToolErrorCode::kPathNotAllowed);
  std::filesystem::create_symlink(secret, folder_ / "app/all.yaml");
  EXPECT_EQ(call("deploy", {{"path", "app"}}).error().code, ToolErrorCode::kPathNotAllowed);
  std::filesystem::remove(folder_ / "app/all.yaml");
  write("app/all.yaml", "kind: Service\n");
  ASSERT_TRUE(call("deploy", {{"path", "app"}}));
  for (const char* const entry : {"../../x", "/etc", "https://example.com/base", "../nowhere"}) {
    for (const char* const key :
         {"resources", "bases", "components", "generators", "transformers", "validators"}) {
      write("app/kustomization.yaml", std::string(key) + ": [\"" + entry + "\"]\n");
      EXPECT_FALSE(call("deploy", {{"path", "app"}})) << key << " " << entry;
    }
  }
  write("app/kustomization.yaml",
        "transformers:\n  - |-\n    kind: LabelTransformer\n    apiVersion: builtin\n");
  EXPECT_NE(call("deploy", {{"path", "app"}}).error().message.find("a file of its own"), std::string::npos);
  write("app/kustomization.yaml", "resources: [all.yaml]\n");
  EXPECT_TRUE(call("deploy", {{"path", "app"}}));
  std::filesystem::remove(secret);
}

TEST_F(ContainerTools, wait_for_no_device_in_place_of_a_pipeline) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe.yaml").c_str(), 0600), 0);
  std::filesystem::create_symlink("/dev/zero", folder_ / "zero.yaml");
  EXPECT_EQ(call("run_pipeline", {{"file", "pipe.yaml"}}).error().code, ToolErrorCode::kInvalidArgument);
  EXPECT_EQ(call("run_pipeline", {{"file", "zero.yaml"}}).error().code, ToolErrorCode::kPathNotAllowed);
  EXPECT_EQ(call("run_pipeline", {{"file", "../../etc/passwd"}}).error().field, "file");
}

}  // namespace
}  // namespace container_kit::kit
