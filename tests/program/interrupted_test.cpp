// A server that is killed while it works, and what the next start says of that.
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/running_server.h"

namespace container_kit::tests {
namespace {

using kit::http::get;
using kit::http::RawClient;
using ::testing::HasSubstr;
using ::testing::Not;

// A folder with an engine that says who it is and then does not come to an end, as long as the test lives.
class StuckEngine {
 public:
  StuckEngine() {
    folder_.write("buildah", "#!/bin/sh\necho $$ >'" + pid_file() + ".new'\nmv '" + pid_file() + ".new' '" +
                                 pid_file() + "'\nexec sleep 120\n");
    std::filesystem::permissions(folder_.path() / "buildah", std::filesystem::perms::owner_all);
  }
  ~StuckEngine() {
    if (const pid_t pid = started(); pid > 0) ::kill(pid, SIGKILL);
  }
  StuckEngine(const StuckEngine&) = delete;
  StuckEngine& operator=(const StuckEngine&) = delete;

  std::string search_path() const { return folder_.path().string() + ":/usr/bin:/bin"; }
  // Its process, once it runs; 0 where it does not in time.
  pid_t wait_until_started() const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (started() == 0 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    return started();
  }

 private:
  std::string pid_file() const { return (folder_.path() / "pid").string(); }
  pid_t started() const {
    pid_t pid = 0;
    std::ifstream(pid_file()) >> pid;
    return pid;
  }

  Folder folder_;
};

class Interrupted : public ::testing::Test {
 protected:
  Program::Environment environment() const {
    return {{"OTEL_TRACES_EXPORTER", "none"},
            {"CONTAINER_KIT_FLIGHT_DIR", kept_.path().string()},
            {"CONTAINER_KIT_STATE_DIR", kept_.path().string()},
            {"PATH", engine_.search_path()}};
  }

  static std::string build(const RunningServer& server) {
    server.folder().write("Dockerfile", "FROM debian:12-slim\nUSER 65532\nCMD [\"true\"]\n");
    const std::string body =
        R"({"inputs":{"path":")" + server.root().string() + R"(","tag":"shop:1","engine":"buildah"}})";
    return "POST /api/pipelines/container-build/execute HTTP/1.1\r\nHost: localhost\r\n"
           "Content-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  // What the next server says of the one before it.
  std::string said_by_the_next() const {
    RunningServer next(environment());
    EXPECT_EQ(next.ask(get("/health")).status, 200);
    next.program().signal(SIGTERM);
    EXPECT_EQ(next.program().wait(), 0);
    return next.program().error();
  }

  const Folder kept_;
  const StuckEngine engine_;
};

TEST_F(Interrupted, calls_are_named_by_the_next_start_and_not_by_the_one_after_it) {
  RunningServer server(environment());
  RawClient client(server.port());
  client.send(build(server));
  ASSERT_GT(engine_.wait_until_started(), 0);
  server.program().signal(SIGKILL);
  ASSERT_EQ(server.program().wait(), 128 + SIGKILL);

  const auto said = said_by_the_next();
  for (const char* name : {"tool.container-build", "pipeline.container-build",
                           "pipeline.container-build.build", "tool.build_image"}) {
    EXPECT_THAT(said, HasSubstr(std::string("container-kit: interrupted name=") + name + " trace_id="));
  }
  EXPECT_THAT(said, HasSubstr(" ran_for_ms="));
  EXPECT_THAT(said, Not(HasSubstr("tool.analyze"))) << "had ended";
  EXPECT_THAT(said_by_the_next(), Not(HasSubstr("interrupted")));
}

TEST_F(Interrupted, says_nothing_after_a_clean_stop) {
  EXPECT_EQ(said_by_the_next(), "");
  EXPECT_EQ(said_by_the_next(), "");
}

}  // namespace
}  // namespace container_kit::tests
