#include "progress.h"

#include <array>
#include <cstdlib>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
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
  // The test fails where nothing more is ever written.
  void wait_until_longer_than(std::size_t size) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (written().find("\x1b[K", size) == std::string::npos && std::chrono::steady_clock::now() < until) {
      std::this_thread::yield();
    }
    EXPECT_GT(all_.size(), size);
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

TEST_F(ProgressTest, names_a_stage_from_its_start_and_those_that_still_run) {
  {
    ProgressDisplay display(fd(), 80);
    display.run_begins("0123456789abcdef");
    display.report(0.001, 3, "left: started");
    wait_for("] 0/3  left: started");
    display.report(0.002, 3, "right: started");
    display.report(1, 3, "left: succeeded");
    wait_for("] 1/3  right: started");
  }
  EXPECT_THAT(written(), HasSubstr("run 0123456789abcdef begins; --resume 0123456789abcdef"));
}

TEST_F(ProgressTest, takes_one_line_of_the_narrowest_terminal) {
  for (const int columns : {1, 5, 19, 21, 49, 51}) {
    SCOPED_TRACE(columns);
    ProgressDisplay display(fd(), columns);
    const auto before = written().size();
    display.report(0.5, 2, "two: " + std::string(200, 'x'));
    wait_until_longer_than(before);
    const std::string drawn = written().substr(before);
    EXPECT_LT(drawn.find("\x1b[K"), static_cast<std::size_t>(columns) + 1) << drawn;
  }
}

// A terminal as a program sees it.
TEST(ProgressColumns, are_those_of_a_terminal_that_obeys) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(master, 0);
  ASSERT_EQ(::grantpt(master), 0);
  ASSERT_EQ(::unlockpt(master), 0);
  const int terminal = ::open(::ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(terminal, 0);
  winsize size{};
  size.ws_col = 33;
  ASSERT_EQ(::ioctl(terminal, TIOCSWINSZ, &size), 0);
  ::setenv("TERM", "xterm", 1);
  EXPECT_EQ(ProgressDisplay::columns_of(terminal), 33);
  ::setenv("TERM", "dumb", 1);
  EXPECT_EQ(ProgressDisplay::columns_of(terminal), 0);
  ::unsetenv("TERM");
  EXPECT_EQ(ProgressDisplay::columns_of(terminal), 0);
  ::close(terminal);
  ::close(master);
}

}  // namespace
}  // namespace container_kit::app
