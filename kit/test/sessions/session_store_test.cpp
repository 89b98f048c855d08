#include "sessions/session_store.h"

#include <atomic>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sessions/sessions_folder.h"

namespace container_kit::kit::sessions {
namespace {

using ::testing::HasSubstr;

class SessionStoreTest : public SessionsFolder {
 protected:
  std::string file() const { return settings_.folder + "/sessions.db"; }
  std::string refusal() {
    restart();
    const auto opened = sessions_->open();
    return opened ? "" : opened.error().message;
  }
  void damage(std::streamoff at, const std::string& bytes) {
    sessions_.reset();
    std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(at);
    stream << bytes;
  }
};

TEST_F(SessionStoreTest, refuses_what_is_no_database) {
  create();
  damage(0, "This is a shopping list, and no database.");
  EXPECT_THAT(refusal(), HasSubstr(file() + " is damaged"));
  EXPECT_THAT(refusal(), HasSubstr("move the file away"));
}

TEST_F(SessionStoreTest, refuses_a_database_with_damaged_pages) {
  for (int i = 0; i < 5; ++i) create();
  damage(4096, std::string(3 * 4096, '\xa5'));
  EXPECT_THAT(refusal(), HasSubstr("is damaged"));
}

TEST_F(SessionStoreTest, refuses_one_that_a_newer_program_wrote_and_leaves_it_as_it_is) {
  create();
  sessions_.reset();
  Database(file(), settings_.patience).execute("PRAGMA user_version = 99");
  EXPECT_THAT(refusal(), HasSubstr("newer Container Kit wrote it, with schema 99"));
  EXPECT_THAT(refusal(), HasSubstr("CONTAINER_KIT_STATE_DIR"));
  EXPECT_EQ(Database(file(), settings_.patience).integer("SELECT count(*) FROM session"), 1);
}

TEST_F(SessionStoreTest, refuses_the_database_of_another_program) {
  std::filesystem::create_directories(settings_.folder);
  Database(file(), settings_.patience).execute("CREATE TABLE recipe (name TEXT)");
  EXPECT_THAT(refusal(), HasSubstr("none of Container Kit's"));
}

TEST_F(SessionStoreTest, refuses_a_folder_that_is_none) {
  std::ofstream(settings_.folder) << "a file";
  EXPECT_THAT(refusal(), HasSubstr("CONTAINER_KIT_STATE_DIR"));
}

TEST_F(SessionStoreTest, says_so_where_a_row_makes_no_sense) {
  const auto session = create();
  Database(file(), settings_.patience).execute("UPDATE session SET state = 'dancing'");
  const auto found = sessions_->find(session.id);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ToolErrorCode::kInternal);
  EXPECT_THAT(found.error().message, HasSubstr("damaged"));
}

TEST_F(SessionStoreTest, gives_up_on_a_writer_that_does_not_end) {
  settings_.patience = std::chrono::milliseconds(20);
  restart();
  create();
  Database other(file(), settings_.patience);
  Transaction endless(other);
  const auto refused = sessions_->create(SessionType::kApi);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ToolErrorCode::kUnavailable);
  EXPECT_EQ(http_status_of(refused.error().code), 503);
  EXPECT_EQ(sessions_->list({})->total, 1U) << "who reads does not wait";
}

TEST_F(SessionStoreTest, has_each_change_on_the_disk_when_it_returns) {
  create();
  EXPECT_TRUE(std::filesystem::exists(file() + "-wal")) << "there is no write-ahead log";
  Database other(file(), settings_.patience);
  EXPECT_EQ(other.text("PRAGMA journal_mode"), "wal");
  Database fresh((folder_ / "fresh.db").string(), settings_.patience);
  fresh.execute("PRAGMA synchronous = OFF");
  make_durable(fresh);
  constexpr int kFull = 2;
  EXPECT_EQ(fresh.integer("PRAGMA synchronous"), kFull);
  EXPECT_EQ(fresh.text("PRAGMA journal_mode"), "wal");
}

class Upgrade : public SessionsFolder {
 protected:
  Upgrade() : database_((folder_ / "test.db").string(), std::chrono::seconds(1)) {}
  Database database_;
};

TEST_F(Upgrade, takes_each_step_once_and_in_order) {
  const char* const first = "CREATE TABLE one (a INTEGER) STRICT; INSERT INTO one VALUES (1)";
  const char* const second = "ALTER TABLE one ADD COLUMN b INTEGER NOT NULL DEFAULT 7";
  const std::array<const char*, 1> old{first};
  upgrade(database_, old);
  EXPECT_EQ(database_.integer("PRAGMA user_version"), 1);
  const std::array<const char*, 2> now{first, second};
  upgrade(database_, now);
  upgrade(database_, now);
  EXPECT_EQ(database_.integer("PRAGMA user_version"), 2);
  EXPECT_EQ(database_.integer("SELECT sum(a + b) FROM one"), 8) << "a row was lost, or made twice";
}

TEST_F(Upgrade, that_fails_changes_nothing) {
  const std::array<const char*, 1> old{"CREATE TABLE one (a INTEGER)"};
  upgrade(database_, old);
  const std::array<const char*, 3> bad{old[0], "CREATE TABLE two (a INTEGER)", "CREATE NONSENSE"};
  EXPECT_THROW(upgrade(database_, bad), SqlFailure);
  EXPECT_EQ(database_.integer("PRAGMA user_version"), 1);
  EXPECT_EQ(database_.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'two'"), 0);
}

class ConcurrentSessions : public SessionsFolder {
 protected:
  static void in_threads(int threads, const std::function<void(int)>& work) {
    std::vector<std::jthread> running;
    for (int i = 0; i < threads; ++i) running.emplace_back([&work, i] { work(i); });
  }
};

TEST_F(ConcurrentSessions, share_a_folder_and_its_limit) {
  settings_.most_open = 6;
  settings_.patience = std::chrono::seconds(30);
  std::atomic<int> made{0};
  std::atomic<int> refused{0};
  sessions_.reset();
  in_threads(4, [&](int) {
    Sessions own(settings_, telemetry_);
    for (int i = 0; i < 3; ++i) {
      const auto session = own.create(SessionType::kBatch);
      EXPECT_TRUE(session || session.error().code == ToolErrorCode::kLimitReached) << session.error().message;
      ++(session ? made : refused);
    }
  });
  EXPECT_EQ(made, 6);
  EXPECT_EQ(refused, 6);
  restart();
  EXPECT_EQ(sessions_->list({})->total, 6U);
  EXPECT_EQ(open("batch"), 6);
}

TEST_F(ConcurrentSessions, are_made_used_and_cleaned_at_once) {
  settings_.most_open = 100;
  settings_.cleanup_interval = std::chrono::milliseconds(1);
  restart();
  sessions_->keep();
  in_threads(4, [&](int thread) {
    for (int i = 0; i < 5; ++i) {
      const auto session = sessions_->create(SessionType::kWorkflow);
      ASSERT_TRUE(session) << session.error().message;
      ASSERT_TRUE(sessions_->use(session->id));
      EXPECT_TRUE(std::filesystem::is_directory(session->workspace)) << "a cleaning took it";
      sessions_->used(session->id);
      if (thread % 2 == 0) {
        EXPECT_TRUE(sessions_->complete(session->id));
      }
    }
  });
  EXPECT_EQ(sessions_->list({.only_open = true})->total, 10U);
  EXPECT_EQ(open("workflow"), 10);
}

// Of two that end one session, one is told that it is too late.
TEST_F(ConcurrentSessions, end_once) {
  for (int round = 0; round < 5; ++round) {
    const auto session = create();
    std::atomic<int> ended{0};
    in_threads(3, [&](int) {
      if (sessions_->complete(session.id)) ++ended;
    });
    EXPECT_EQ(ended, 1);
  }
  EXPECT_EQ(open(), 0);
}

}  // namespace
}  // namespace container_kit::kit::sessions
