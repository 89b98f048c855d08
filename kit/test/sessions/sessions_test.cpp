#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <container_kit/kit/sessions.h>

#include "sessions/sessions_folder.h"

namespace container_kit::kit {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class SessionsTest : public SessionsFolder {};

TEST_F(SessionsTest, begin_with_a_workspace_of_their_own) {
  const auto session = create(SessionType::kBatch);
  EXPECT_THAT(session.id, MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(session.state, SessionState::kCreated);
  EXPECT_EQ(session.workspace, settings_.folder + "/workspaces/" + session.id);
  struct stat status {};
  ASSERT_EQ(::stat(session.workspace.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  ASSERT_EQ(::stat((settings_.folder + "/sessions.db").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(SessionsTest, are_there_after_a_restart) {
  const auto before = create(SessionType::kWorkflow);
  write(before, "notes/plan", 10);
  restart();
  const auto after = sessions_->find(before.id);
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(after->type, SessionType::kWorkflow);
  EXPECT_EQ(after->created, before.created);
  EXPECT_EQ(after->expires, before.expires);
  EXPECT_TRUE(std::filesystem::exists(after->workspace + "/notes/plan"));
}

struct Step {
  SessionState from;
  const char* change;
  bool is_allowed;
};

class SessionChanges : public SessionsFolder, public ::testing::WithParamInterface<Step> {
 protected:
  ToolResult<Session> apply(std::string_view change, const std::string& id) {
    if (change == "resume") return sessions_->resume(id);
    if (change == "complete") return sessions_->complete(id);
    if (change == "fail") return sessions_->fail(id, "no luck");
    return sessions_->use(id);
  }
  Session session_in(SessionState state) {
    const auto id = create().id;
    if (state == SessionState::kResumed) static_cast<void>(sessions_->resume(id));
    if (state == SessionState::kCompleted) static_cast<void>(sessions_->complete(id));
    if (state == SessionState::kFailed) static_cast<void>(sessions_->fail(id, "first"));
    if (state == SessionState::kExpired) now_ += settings_.lifetime;
    return *sessions_->find(id);
  }
};

TEST_P(SessionChanges, are_allowed_or_conflict) {
  const auto [from, change, is_allowed] = GetParam();
  const auto before = session_in(from);
  ASSERT_EQ(before.state, from);
  const auto after = apply(change, before.id);
  EXPECT_EQ(after.has_value(), is_allowed);
  if (!is_allowed) {
    EXPECT_EQ(after.error().code, ToolErrorCode::kConflict);
    EXPECT_EQ(sessions_->find(before.id)->state, from) << "it changed nevertheless";
  } else {
    EXPECT_EQ(sessions_->find(before.id)->state, after->state);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Sessions, SessionChanges,
    ::testing::Values(
        Step{SessionState::kCreated, "use", true}, Step{SessionState::kCreated, "resume", true},
        Step{SessionState::kCreated, "complete", true}, Step{SessionState::kCreated, "fail", true},
        Step{SessionState::kResumed, "use", true}, Step{SessionState::kResumed, "resume", true},
        Step{SessionState::kResumed, "complete", true}, Step{SessionState::kResumed, "fail", true},
        Step{SessionState::kCompleted, "use", false}, Step{SessionState::kCompleted, "resume", false},
        Step{SessionState::kCompleted, "complete", false}, Step{SessionState::kCompleted, "fail", false},
        Step{SessionState::kFailed, "use", false}, Step{SessionState::kFailed, "resume", true},
        Step{SessionState::kFailed, "complete", false}, Step{SessionState::kFailed, "fail", false},
        Step{SessionState::kExpired, "use", false}, Step{SessionState::kExpired, "resume", false},
        Step{SessionState::kExpired, "complete", false}, Step{SessionState::kExpired, "fail", false}),
    [](const auto& test) { return std::string(name_of(test.param.from)) + "_" + test.param.change; });

TEST_F(SessionsTest, that_complete_lose_their_workspace_and_are_remembered) {
  const auto session = create();
  write(session, "a/b/c", 100);
  const auto done = sessions_->complete(session.id);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->state, SessionState::kCompleted);
  EXPECT_EQ(done->ended, now_);
  EXPECT_EQ(done->workspace, "");
  EXPECT_FALSE(std::filesystem::exists(session.workspace));
  EXPECT_EQ(sessions_->find(session.id)->state, SessionState::kCompleted);
}

TEST_F(SessionsTest, that_failed_keep_their_workspace_and_can_be_taken_up_again) {
  const auto session = create();
  write(session, "log", 3);
  ASSERT_TRUE(sessions_->fail(session.id, "the image would not build"));
  const auto failed = sessions_->find(session.id);
  EXPECT_EQ(failed->reason, "the image would not build");
  EXPECT_TRUE(std::filesystem::exists(session.workspace + "/log"));
  now_ += hours(1);
  const auto again = sessions_->resume(session.id);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->state, SessionState::kResumed);
  EXPECT_EQ(again->resumed, 1);
  EXPECT_EQ(again->reason, "");
  EXPECT_EQ(again->ended, std::nullopt);
  EXPECT_EQ(again->expires, now_ + settings_.lifetime);
  EXPECT_TRUE(std::filesystem::exists(session.workspace + "/log"));
}

TEST_F(SessionsTest, expire_a_lifetime_after_their_last_use) {
  const auto used = create();
  const auto idle = create();
  now_ += hours(23);
  ASSERT_TRUE(sessions_->use(used.id));
  now_ += hours(1);
  EXPECT_EQ(sessions_->find(idle.id)->state, SessionState::kExpired);
  EXPECT_EQ(sessions_->find(used.id)->state, SessionState::kCreated);
  now_ += hours(23) - std::chrono::milliseconds(1);
  EXPECT_EQ(sessions_->find(used.id)->state, SessionState::kCreated);
  now_ += std::chrono::milliseconds(1);
  EXPECT_EQ(sessions_->find(used.id)->state, SessionState::kExpired);
}

TEST_F(SessionsTest, are_listed_by_type_and_state_the_newest_first) {
  const auto first = create(SessionType::kApi);
  now_ += seconds(1);
  const auto second = create(SessionType::kBatch);
  now_ += seconds(1);
  const auto third = create(SessionType::kApi);
  ASSERT_TRUE(sessions_->complete(first.id));
  const auto ids = [](const ToolResult<SessionList>& list) {
    std::vector<std::string> found;
    for (const auto& session : list->sessions) found.push_back(session.id);
    return found;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids(sessions_->list({})), (Ids{third.id, second.id, first.id}));
  EXPECT_EQ(ids(sessions_->list({.type = SessionType::kApi})), (Ids{third.id, first.id}));
  EXPECT_EQ(ids(sessions_->list({.state = SessionState::kCompleted})), (Ids{first.id}));
  EXPECT_EQ(ids(sessions_->list({.only_open = true})), (Ids{third.id, second.id}));
  const auto one = sessions_->list({.limit = 1});
  EXPECT_EQ(ids(one), (Ids{third.id}));
  EXPECT_EQ(one->total, 3U);
  now_ += settings_.lifetime;
  EXPECT_EQ(sessions_->list({.state = SessionState::kExpired})->total, 2U);
  EXPECT_EQ(sessions_->list({.only_open = true})->total, 0U);
}

TEST_F(SessionsTest, of_the_same_instant_are_listed_by_id) {
  settings_.most_open = 8;
  restart();
  std::set<std::string> ids;
  for (int i = 0; i < 8; ++i) ids.insert(create().id);
  const auto list = sessions_->list({});
  ASSERT_EQ(list->sessions.size(), 8U);
  auto wanted = ids.begin();
  for (const auto& session : list->sessions) EXPECT_EQ(session.id, *wanted++);
}

TEST_F(SessionsTest, that_nobody_knows_are_not_found) {
  for (const std::string id : {"", "nope", "../../etc", "00000000000000000000000000000000"}) {
    EXPECT_EQ(sessions_->find(id).error().code, ToolErrorCode::kSessionNotFound) << id;
    EXPECT_EQ(sessions_->use(id).error().code, ToolErrorCode::kSessionNotFound) << id;
    EXPECT_EQ(sessions_->remove(id).error().code, ToolErrorCode::kSessionNotFound) << id;
    EXPECT_EQ(sessions_->resume(id).error().code, ToolErrorCode::kSessionNotFound) << id;
    EXPECT_EQ(sessions_->complete(id).error().code, ToolErrorCode::kSessionNotFound) << id;
  }
}

TEST_F(SessionsTest, without_a_folder_say_what_to_set) {
  settings_.folder.clear();
  restart();
  const auto opened = sessions_->open();
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("CONTAINER_KIT_STATE_DIR"));
  EXPECT_EQ(sessions_->create(SessionType::kApi).error().code, ToolErrorCode::kUnavailable);
}

}  // namespace
}  // namespace container_kit::kit
