// What bounds sessions: how many, how many bytes, how long, and the disk.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sessions/sessions_folder.h"

namespace container_kit::kit {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class SessionLimits : public SessionsFolder {};

TEST_F(SessionLimits, hold_for_open_sessions) {
  settings_.most_open = 2;
  restart();
  const auto first = create();
  const auto second = create();
  const auto refused = sessions_->create(SessionType::kApi);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ToolErrorCode::kLimitReached);
  EXPECT_THAT(refused.error().message, HasSubstr("CONTAINER_KIT_SESSION_LIMIT"));
  EXPECT_EQ(sessions_->list({})->total, 2U) << "the refused one was kept";
  ASSERT_TRUE(sessions_->complete(first.id));
  EXPECT_TRUE(sessions_->create(SessionType::kApi));
  ASSERT_TRUE(sessions_->fail(second.id, ""));
  EXPECT_TRUE(sessions_->create(SessionType::kApi));
  EXPECT_EQ(sessions_->resume(second.id).error().code, ToolErrorCode::kLimitReached);
}

TEST_F(SessionLimits, do_not_count_what_has_expired) {
  settings_.most_open = 1;
  restart();
  create();
  now_ += settings_.lifetime;
  EXPECT_TRUE(sessions_->create(SessionType::kApi));
}

TEST_F(SessionLimits, hold_for_the_bytes_of_a_workspace) {
  settings_.bytes_each = 20'000;
  restart();
  const auto session = create();
  write(session, "deep/down/small", 100);
  ASSERT_TRUE(sessions_->use(session.id));
  sessions_->used(session.id);
  EXPECT_GE(sessions_->find(session.id)->bytes, 100U);
  write(session, "deep/large", 30'000);
  ASSERT_TRUE(sessions_->use(session.id)) << "it has not been measured since";
  sessions_->used(session.id);
  const auto refused = sessions_->use(session.id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ToolErrorCode::kTooLarge);
  EXPECT_THAT(refused.error().message, HasSubstr("CONTAINER_KIT_SESSION_BYTES"));
  fs::remove(session.workspace + "/deep/large");
  EXPECT_TRUE(sessions_->use(session.id)) << "there is room again";
}

TEST_F(SessionLimits, hold_for_the_bytes_of_all_workspaces) {
  settings_.bytes_together = 30'000;
  restart();
  const auto one = create();
  const auto other = create();
  for (const auto& session : {one, other}) {
    write(session, "file", 20'000);
    sessions_->used(session.id);
  }
  const auto refused = sessions_->create(SessionType::kApi);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ToolErrorCode::kLimitReached);
  EXPECT_THAT(refused.error().message, HasSubstr("CONTAINER_KIT_SESSION_TOTAL_BYTES"));
  EXPECT_EQ(sessions_->use(one.id).error().code, ToolErrorCode::kLimitReached);
  ASSERT_TRUE(sessions_->complete(one.id));
  EXPECT_TRUE(sessions_->use(other.id));
  EXPECT_TRUE(sessions_->create(SessionType::kApi));
}

TEST_F(SessionLimits, count_a_link_and_not_what_it_points_to) {
  const auto session = create();
  const auto large = folder_ / "large";
  std::ofstream(large) << std::string(100'000, 'x');
  fs::create_symlink(large, session.workspace + "/link");
  fs::create_directory_symlink("/", session.workspace + "/root");
  sessions_->used(session.id);
  EXPECT_LT(sessions_->find(session.id)->bytes, 20'000U);
  ASSERT_TRUE(sessions_->complete(session.id));
  EXPECT_TRUE(fs::exists(large)) << "a link was followed";
}

TEST_F(SessionLimits, of_the_disk_leave_no_half_session) {
  create();
  settings_.most_open = 1'000'000;
  settings_.database_pages = 8;
  restart();
  ToolResult<Session> last = sessions_->create(SessionType::kApi);
  std::size_t made = 1;
  for (; last && made < 10'000; ++made) last = sessions_->create(SessionType::kApi);
  ASSERT_FALSE(last) << "the database is not full after " << made;
  EXPECT_EQ(last.error().code, ToolErrorCode::kStorageFull);
  EXPECT_EQ(http_status_of(last.error().code), 507);
  const auto known = sessions_->list({.limit = 10'000})->total;
  EXPECT_EQ(known, made);
  const auto folders = fs::directory_iterator(settings_.folder + "/workspaces");
  EXPECT_EQ(static_cast<std::size_t>(std::distance(begin(folders), end(folders))), known);
  // With room again it goes on.
  settings_.database_pages = 0;
  restart();
  EXPECT_TRUE(sessions_->create(SessionType::kApi));
}

class SessionCleaning : public SessionsFolder {
 protected:
  SessionCleanup clean_up() {
    const auto done = sessions_->clean_up();
    EXPECT_TRUE(done) << done.error().message;
    return done ? *done : SessionCleanup{};
  }
};

TEST_F(SessionCleaning, expires_what_nobody_used_and_removes_its_workspace) {
  const auto idle = create();
  write(idle, "a/b", 10);
  now_ += hours(1);
  const auto used = create();
  now_ += hours(23);
  const auto done = clean_up();
  EXPECT_EQ(done.expired, 1U);
  EXPECT_EQ(done.removed, 1U);
  EXPECT_EQ(done.failed, 0U);
  EXPECT_FALSE(fs::exists(idle.workspace));
  EXPECT_TRUE(fs::exists(used.workspace));
  const auto expired = sessions_->find(idle.id);
  EXPECT_EQ(expired->state, SessionState::kExpired);
  EXPECT_EQ(expired->ended, now_);
  EXPECT_EQ(expired->bytes, 0U);
  EXPECT_EQ(clean_up().expired, 0U) << "once is enough";
}

TEST_F(SessionCleaning, removes_the_workspace_of_one_that_failed_a_lifetime_ago) {
  const auto session = create();
  ASSERT_TRUE(sessions_->fail(session.id, "no luck"));
  now_ += settings_.lifetime - std::chrono::milliseconds(1);
  EXPECT_EQ(clean_up().removed, 0U);
  now_ += std::chrono::milliseconds(1);
  EXPECT_EQ(clean_up().removed, 1U);
  EXPECT_FALSE(fs::exists(session.workspace));
  EXPECT_EQ(sessions_->find(session.id)->state, SessionState::kFailed);
  EXPECT_EQ(sessions_->resume(session.id).error().code, ToolErrorCode::kConflict);
}

TEST_F(SessionCleaning, forgets_what_ended_long_ago) {
  const auto session = create();
  ASSERT_TRUE(sessions_->complete(session.id));
  now_ += settings_.history;
  EXPECT_EQ(clean_up().forgotten, 0U);
  now_ += std::chrono::milliseconds(1);
  EXPECT_EQ(clean_up().forgotten, 1U);
  EXPECT_EQ(sessions_->find(session.id).error().code, ToolErrorCode::kSessionNotFound);
}

TEST_F(SessionCleaning, removes_folders_that_no_session_claims_and_nothing_else) {
  const auto session = create();
  const std::string folder = settings_.folder + "/workspaces/";
  fs::create_directories(folder + std::string(32, 'a') + "/half/made");
  fs::create_directories(folder + "mine");
  EXPECT_EQ(clean_up().removed, 1U);
  EXPECT_FALSE(fs::exists(folder + std::string(32, 'a')));
  EXPECT_TRUE(fs::exists(folder + "mine"));
  EXPECT_TRUE(fs::exists(session.workspace));
}

TEST_F(SessionCleaning, removes_what_is_write_protected) {
  const auto session = create();
  write(session, "module/cache/file", 10);
  fs::permissions(session.workspace + "/module/cache", fs::perms::owner_read | fs::perms::owner_exec);
  ASSERT_TRUE(sessions_->complete(session.id));
  EXPECT_FALSE(fs::exists(session.workspace));
}

TEST_F(SessionCleaning, is_measured) {
  create(SessionType::kBatch);
  static_cast<void>(clean_up());
  EXPECT_EQ(metric("session_cleanup_total"), 1);
  EXPECT_EQ(metric("session_cleanup_removed_total"), 0);
  now_ += settings_.lifetime;
  static_cast<void>(clean_up());
  EXPECT_EQ(metric("session_cleanup_total"), 2);
  EXPECT_EQ(metric("session_cleanup_duration_seconds_count"), 2);
  EXPECT_EQ(metric("session_cleanup_removed_total"), 1);
  EXPECT_EQ(metric("session_cleanup_errors_total"), 0);
}

}  // namespace
}  // namespace container_kit::kit
