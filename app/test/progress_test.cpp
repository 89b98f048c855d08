#include "progress.h"

#include <array>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace container_kit::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ProgressTest : public ::testing::Test {
 protected:
  ProgressTest() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK), 0); }
  ~ProgressTest() override {
    for (const int end : ends_) ::close(end);
  }
  int fd() const { return ends_[1]; }
  std::string written() {
    std::array<char, 65'536> buffer;
    const ssize_t size = ::read(ends_[0], buffer.data(), buffer.size());
    if (size > 0) all_.append(buffer.data(), static_cast<std::size_t>(size));
    return all_;
  }
  // What is written once `part` is among it; the test fails where it never is.
  std::string wait_for(std::string_view part) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (written().find(part) == std::string::npos && std::chrono::steady_clock::now() < until) {
      std::this_thread::yield();
    }
    EXPECT_THAT(all_, HasSubstr(part));
    return all_;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  std::string all_;
};

TEST_F(ProgressTest, elsewhere_than_on_a_terminal_says_what_is_finished_and_nothing_else) {
  {
    ProgressDisplay display(fd(), 0);
    display.report(0.5, 2, "one: half");
    display.report(1, 2, "one: succeeded");
    display.report(1.9, 2, "two: nearly");
    display.report(2, 2, "two: failed, \x1b[31mno\n");
  }
  EXPECT_EQ(written(), "one: succeeded\ntwo: failed, .[31mno.\n");
}

TEST_F(ProgressTest, on_a_terminal_draws_a_bar_and_leaves_no_half_line) {
  {
    ProgressDisplay display(fd(), 60);
    display.report(1, 2, "one: succeeded");
    display.report(1.5, 2, "two: " + std::string(200, 'x'));
    const std::string drawn = wait_for("[##################------] 1/2  two: xxx");
    EXPECT_THAT(drawn, HasSubstr("one: succeeded\n"));
    EXPECT_THAT(drawn, Not(HasSubstr(std::string(60, 'x')))) << "longer than the terminal is wide";
  }
  const std::string all = written();
  EXPECT_EQ(all.substr(all.size() - 4), "\r\x1b[K");
}

}  // namespace
}  // namespace container_kit::app
