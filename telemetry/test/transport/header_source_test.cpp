#include "transport/header_source.h"

#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/memory_folder.h"

namespace container_kit::telemetry::transport {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

class HeaderSourceTest : public ::testing::Test {
 protected:
  void write(const std::string& text) const { std::ofstream(file_) << text; }
  // As one who rotates a key does it.
  void replace(const std::string& text) const {
    std::ofstream(file_ + ".new") << text;
    std::filesystem::rename(file_ + ".new", file_);
  }
  std::string error() {
    const auto headers = source_.current();
    return headers ? "none" : headers.error().message;
  }
  std::string key() {
    const auto headers = source_.current();
    return headers ? headers->at("api-key") : headers.error().message;
  }

  test::MemoryFolder folder_;
  std::string file_ = folder_.path() + "/headers";
  HeaderSource source_{{{"api-key", "fixed"}, {"other", "o"}}, file_};
};

TEST(HeaderSource, without_a_file_has_what_it_was_given) {
  HeaderSource source({{"a", "1"}}, "");
  EXPECT_THAT(*source.current(), ElementsAre(Pair("a", "1")));
}

TEST_F(HeaderSourceTest, the_file_is_laid_over_the_fixed_ones) {
  write("# ours\n\n api-key = a=b, c== \r\nx-tenant=t");
  EXPECT_THAT(*source_.current(),
              ElementsAre(Pair("api-key", "a=b, c=="), Pair("other", "o"), Pair("x-tenant", "t")));
}

TEST_F(HeaderSourceTest, a_key_that_is_rotated_holds_at_once) {
  write("api-key=one");
  EXPECT_EQ(key(), "one");
  write("api-key=two");  // in place, with the same size
  EXPECT_EQ(key(), "two");
  replace("api-key=six");
  EXPECT_EQ(key(), "six");
}

TEST_F(HeaderSourceTest, a_change_that_its_time_does_not_tell_of_is_seen_while_the_file_is_new) {
  const timespec now[2] = {{time(nullptr) + 60, 0}, {time(nullptr) + 60, 0}};
  for (const char* text : {"one", "two"}) {
    write(std::string("api-key=") + text);
    utimensat(AT_FDCWD, file_.c_str(), now, 0);
    EXPECT_EQ(key(), text);
  }
}

TEST_F(HeaderSourceTest, a_file_that_has_not_changed_is_not_read_again) {
  write("api-key=one");
  const timespec long_ago[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
  utimensat(AT_FDCWD, file_.c_str(), long_ago, 0);
  EXPECT_EQ(key(), "one");
  std::fstream(file_, std::ios::in | std::ios::out) << "api-key=two";
  utimensat(AT_FDCWD, file_.c_str(), long_ago, 0);  // nothing tells that it has changed
  EXPECT_EQ(key(), "one");
}

TEST_F(HeaderSourceTest, while_it_cannot_be_used_there_is_an_error_that_names_it) {
  EXPECT_THAT(error(), HasSubstr(file_ + ": No such file"));
  for (const char* wrong : {"", "# nothing\n", "secret", "a b=secret", "key=sec\x01ret"}) {
    write(wrong);
    EXPECT_THAT(error(), HasSubstr(file_)) << wrong;
    EXPECT_THAT(error(), Not(HasSubstr("secret"))) << wrong;
  }
  write("ok=1\nsecret\n");
  EXPECT_THAT(error(), HasSubstr("line 2"));
  write(std::string(100'000, '#'));
  EXPECT_THAT(error(), HasSubstr("64 KiB"));
  write("api-key=back");
  EXPECT_EQ(key(), "back");
  std::filesystem::remove(file_);
  EXPECT_THAT(error(), HasSubstr("No such file"));
}

TEST_F(HeaderSourceTest, a_folder_is_no_file) {
  std::filesystem::create_directory(file_);
  EXPECT_THAT(error(), HasSubstr(file_));
}

}  // namespace
}  // namespace container_kit::telemetry::transport
