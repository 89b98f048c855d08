// `container-kit run` that is stopped from outside: what becomes of the program that it drives, of its
// scratch folder, and of itself.
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/folder.h"
#include "support/program.h"

namespace container_kit::tests {
namespace {

using kit::Folder;
using std::chrono::steady_clock;
using ::testing::HasSubstr;

// An engine whose build never ends, and a folder for TMPDIR.
class RunStopped : public ::testing::Test {
 protected:
  RunStopped() {
    // The number is there at once or not at all.
    folder_.write("bin/docker",
                  "#!/bin/sh\nPATH=/usr/bin:/bin\n[ \"$1\" = build ] || exit 0\n"
                  "echo $$ >" +
                      folder_ / "pid.new" + " && mv " + folder_ / "pid.new" + " " + folder_ / "pid" +
                      "\nexec sleep 600\n");
    std::filesystem::permissions(folder_ / "bin/docker", std::filesystem::perms::owner_all);
    folder_.write("app/Dockerfile", "FROM scratch\n");
    folder_.folder("tmp");
  }

  Program::Environment environment() const {
    return {{"PATH", (folder_ / "bin") + ":/usr/bin:/bin"},
            {"TMPDIR", folder_ / "tmp"},
            {"OTEL_TRACES_EXPORTER", "none"}};
  }
  std::vector<std::string> build() const {
    return {"run", "build_image", "--path", folder_ / "app", "--tag", "a:1"};
  }
  // Of the engine, once it runs; 0 where it never does.
  pid_t engine() const {
    const auto until = steady_clock::now() + std::chrono::seconds(20);
    while (!std::filesystem::exists(folder_ / "pid") && steady_clock::now() < until)
      std::this_thread::yield();
    pid_t pid = 0;
    std::ifstream(folder_ / "pid") >> pid;
    return pid;
  }
  // Waits a while for it. One that has ended and is not reaped by who adopted it is gone.
  static bool is_gone(pid_t pid) {
    const auto until = steady_clock::now() + std::chrono::seconds(10);
    while (steady_clock::now() < until) {
      std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
      std::string number;
      std::string name;
      std::string state;
      if (!(file >> number >> name >> state) || state == "Z") return true;
      std::this_thread::yield();
    }
    return false;
  }
  bool is_tidy() const { return std::filesystem::is_empty(folder_ / "tmp"); }

  const Folder folder_;
};

struct Stop {
  int signal;
  int exit_code;
};

class RunStoppedBy : public RunStopped, public ::testing::WithParamInterface<Stop> {};

TEST_P(RunStoppedBy, ends_its_program_removes_its_scratch_folder_and_says_so) {
  Program program(build(), environment());
  const pid_t pid = engine();
  ASSERT_GT(pid, 0);
  EXPECT_FALSE(is_tidy()) << "or the folder for TMPDIR is not used";
  program.signal(GetParam().signal);
  EXPECT_EQ(program.wait(), GetParam().exit_code);
  EXPECT_THAT(program.error(), HasSubstr("container-kit: cancelled: "));
  EXPECT_TRUE(is_gone(pid));
  EXPECT_TRUE(is_tidy());
}

INSTANTIATE_TEST_SUITE_P(Signals, RunStoppedBy,
                         ::testing::Values(Stop{SIGINT, 130}, Stop{SIGTERM, 143}, Stop{SIGHUP, 129}));

TEST_F(RunStopped, by_a_kill_takes_its_program_with_it) {
  Program program(build(), environment());
  const pid_t pid = engine();
  ASSERT_GT(pid, 0);
  program.signal(SIGKILL);
  EXPECT_EQ(program.wait(), 128 + SIGKILL);
  EXPECT_TRUE(is_gone(pid));
}

}  // namespace
}  // namespace container_kit::tests
