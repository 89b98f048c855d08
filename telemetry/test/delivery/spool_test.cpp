#include "delivery/spool.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temporary_folder.h"

namespace container_kit::telemetry::delivery {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr std::int64_t kSecond = 1'000'000'000;

class SpoolTest : public ::testing::Test {
 protected:
  std::unique_ptr<Spool> open(SpoolLimits limits = {}) {
    auto folder = SpoolFolder::claim(root_.string(), "otlp");
    EXPECT_TRUE(folder) << folder.error().message;
    auto spool = Spool::open(std::move(*folder), limits, [this] { return now_; });
    EXPECT_TRUE(spool) << spool.error().message;
    return std::move(*spool);
  }

  static std::vector<std::string> drain(Spool& spool) {
    std::vector<std::string> bodies;
    for (; const SpoolRecord* record = spool.front(); spool.pop()) bodies.push_back(record->body);
    return bodies;
  }

  fs::path segment(int number) const {
    return root_ / "otlp/0" / spool_segment_name(static_cast<std::uint64_t>(number));
  }

  test::TemporaryFolder folder_;
  fs::path root_ = folder_.path();
  std::int64_t now_ = 1'700'000'000 * kSecond;
};

TEST_F(SpoolTest, gives_back_in_order_what_was_put_in) {
  auto spool = open();
  for (const char* body : {"one", "two", "three"}) ASSERT_TRUE(spool->append(body, 2));
  EXPECT_EQ(spool->counts().records, 3U);
  EXPECT_EQ(spool->counts().spans, 6U);
  EXPECT_EQ(drain(*spool), (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_EQ(spool->counts().bytes, 0U);
  EXPECT_EQ(spool->front(), nullptr);
  ASSERT_TRUE(spool->append("four", 1));
  EXPECT_EQ(drain(*spool), std::vector<std::string>{"four"});
}

TEST_F(SpoolTest, goes_on_after_a_restart_where_it_was) {
  {
    auto spool = open();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(spool->append("body " + std::to_string(i), 1));
    ASSERT_NE(spool->front(), nullptr);
    spool->pop();
    spool->pop();  // without a look at the next, nothing happens
  }
  auto spool = open();
  EXPECT_EQ(spool->counts().records, 4U);
  ASSERT_TRUE(spool->append("body 5", 1));
  EXPECT_EQ(drain(*spool), (std::vector<std::string>{"body 1", "body 2", "body 3", "body 4", "body 5"}));
}

TEST_F(SpoolTest, many_segments_keep_their_order_and_go_when_they_are_read) {
  const std::string megabyte(1 << 20, 'x');
  auto spool = open();
  for (char c = 'a'; c < 'k'; ++c) ASSERT_TRUE(spool->append(c + megabyte, 1));
  EXPECT_TRUE(fs::exists(segment(4)));
  for (char c = 'a'; c < 'k'; ++c) {
    const SpoolRecord* record = spool->front();
    ASSERT_NE(record, nullptr);
    EXPECT_EQ(record->body.front(), c);
    spool->pop();
  }
  EXPECT_TRUE(spool_segments(spool->path()).empty());
}

TEST_F(SpoolTest, the_oldest_goes_first_when_there_are_too_many_bytes) {
  const std::string megabyte(1 << 20, 'x');
  auto spool = open({.bytes = std::uint64_t{8} << 20});
  for (char c = 'a'; c < 'z'; ++c) ASSERT_TRUE(spool->append(c + megabyte, 10));
  EXPECT_LE(spool->counts().bytes, std::uint64_t{8} << 20);
  const std::vector<std::string> left = drain(*spool);
  ASSERT_FALSE(left.empty());
  EXPECT_EQ(left.back().front(), 'y');
  EXPECT_EQ(spool->counts().dropped_for_room, (25 - left.size()) * 10);
}

TEST_F(SpoolTest, what_is_too_old_is_passed_over_and_counted) {
  auto spool = open({.age = std::chrono::seconds(60)});
  ASSERT_TRUE(spool->append("old", 7));
  now_ += 50 * kSecond;
  ASSERT_TRUE(spool->append("young", 1));
  now_ += 20 * kSecond;
  EXPECT_EQ(drain(*spool), std::vector<std::string>{"young"});
  EXPECT_EQ(spool->counts().dropped_for_age, 7U);
}

TEST_F(SpoolTest, a_torn_record_is_skipped_and_the_rest_survives) {
  {
    auto spool = open();
    for (const char* body : {"first", "second", "third"}) ASSERT_TRUE(spool->append(body, 1));
  }
  std::fstream file(segment(1), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(kSpoolHeaderSize + 5 + kSpoolHeaderSize + 2);  // in the second's body
  file.put('!');
  file.close();
  auto spool = open();
  EXPECT_EQ(drain(*spool), (std::vector<std::string>{"first", "third"}));
  EXPECT_EQ(spool->counts().torn_records, 1U);
}

TEST_F(SpoolTest, a_record_cut_off_by_a_crash_is_counted_and_what_comes_later_is_kept) {
  {
    auto spool = open();
    for (const char* body : {"first", "second"}) ASSERT_TRUE(spool->append(body, 1));
  }
  fs::resize_file(segment(1), fs::file_size(segment(1)) - 3);
  auto spool = open();
  ASSERT_TRUE(spool->append("third", 1));
  EXPECT_EQ(drain(*spool), (std::vector<std::string>{"first", "third"}));
  EXPECT_EQ(spool->counts().torn_records, 1U);
}

TEST_F(SpoolTest, any_damage_loses_no_more_than_the_records_it_touches) {
  std::vector<std::string> bodies;
  {
    auto spool = open();
    for (int i = 0; i < 20; ++i) {
      bodies.push_back("body " + std::to_string(i) + std::string(static_cast<std::size_t>(i), 'x'));
      ASSERT_TRUE(spool->append(bodies.back(), 1));
    }
  }
  const auto size = fs::file_size(segment(1));
  std::string original(size, '\0');
  std::ifstream(segment(1), std::ios::binary).read(original.data(), static_cast<std::streamsize>(size));
  for (std::size_t at = 0; at < size; ++at) {
    std::string damaged = original;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    std::ofstream(segment(1), std::ios::binary) << damaged;
    fs::remove(root_ / "otlp/0/position");
    auto spool = open();
    EXPECT_EQ(drain(*spool).size(), bodies.size() - 1) << "byte " << at;
  }
}

TEST_F(SpoolTest, while_no_descriptor_is_free_nothing_is_lost) {
  auto spool = open();
  ASSERT_TRUE(spool->append("body", 1));
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit none{0, limit.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  EXPECT_EQ(spool->front(), nullptr);
  EXPECT_EQ(spool->counts().records, 1U);
  setrlimit(RLIMIT_NOFILE, &limit);
  EXPECT_EQ(drain(*spool), std::vector<std::string>{"body"});
}

TEST_F(SpoolTest, two_at_once_do_not_share_a_folder_and_a_restart_takes_over_both) {
  {
    auto one = open();
    auto two = open();
    EXPECT_NE(one->path(), two->path());
    ASSERT_TRUE(one->append("of one", 1));
    ASSERT_TRUE(two->append("of two", 1));
  }
  auto spool = open();
  EXPECT_THAT(drain(*spool), ::testing::UnorderedElementsAre("of one", "of two"));
}

TEST_F(SpoolTest, what_a_killed_process_appended_is_there) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto spool = open();
    for (int i = 0; i < 100; ++i) static_cast<void>(spool->append("body " + std::to_string(i), 1));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  auto spool = open();
  EXPECT_EQ(drain(*spool).size(), 100U);
}

TEST_F(SpoolTest, a_folder_that_cannot_be_made_is_an_error_that_names_it) {
  std::ofstream(root_ / "file") << "not a folder";
  const auto folder = SpoolFolder::claim((root_ / "file/spool").string(), "otlp");
  ASSERT_FALSE(folder);
  EXPECT_THAT(folder.error().message, HasSubstr((root_ / "file").string()));
}

TEST_F(SpoolTest, files_are_for_their_owner_alone) {
  auto spool = open();
  ASSERT_TRUE(spool->append("secret", 1));
  EXPECT_EQ(fs::status(segment(1)).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::status(spool->path()).permissions(), fs::perms::owner_all);
}

}  // namespace
}  // namespace container_kit::telemetry::delivery
