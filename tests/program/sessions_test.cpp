// Sessions of a server that is killed, and of two servers that share a folder.
#include <csignal>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/running_server.h"

namespace container_kit::tests {
namespace {

namespace json = boost::json;
using kit::http::Answer;
using kit::http::RawClient;
using ::testing::HasSubstr;

constexpr const char* kAll = "/api/sessions";

std::string request(const std::string& method, const std::string& path, const std::string& body = {}) {
  std::string head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!body.empty()) head += "Content-Type: application/json\r\n";
  return head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string path_of(const std::string& id) {
  return std::string(kAll) + "/" + id;
}

// Looks again and again, for at most twenty seconds.
template <typename F>
bool wait_until(const F& holds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!holds() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  return holds();
}

// session_total - session_completed_total, of all types, as the server's /metrics has it.
double counted_open(const RunningServer& server) {
  const std::string text = server.ask(kit::http::get("/metrics")).body;
  const auto sum = [&text](const std::string& name) {
    double found = 0;
    const std::string begin = "\n" + name + "{";
    for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1))
      found += std::stod(text.substr(text.find("} ", at) + 2));
    return found;
  };
  return sum("session_total") - sum("session_completed_total");
}

class SharedSessions : public ::testing::Test {
 protected:
  Program::Environment environment(const std::string& limit = "10",
                                   const std::string& lifetime = "24h") const {
    return {{"OTEL_TRACES_EXPORTER", "none"},
            {"CONTAINER_KIT_STATE_DIR", state_.path().string()},
            {"CONTAINER_KIT_SESSION_LIMIT", limit},
            {"CONTAINER_KIT_SESSION_LIFETIME", lifetime},
            {"CONTAINER_KIT_SESSION_CLEANUP_INTERVAL", "20ms"}};
  }
  static json::object answer_of(const Answer& answer, int status) {
    EXPECT_EQ(answer.status, status) << answer.body;
    if (answer.status != status) return {};
    return json::parse(answer.body).as_object();
  }
  static std::string create(const RunningServer& server, const std::string& type = "api") {
    const auto made = answer_of(server.ask(request("POST", kAll, R"({"type":")" + type + "\"}")), 201);
    return made.empty() ? std::string() : std::string(made.at("id").as_string());
  }
  static json::object shown(const RunningServer& server, const std::string& id) {
    return answer_of(server.ask(request("GET", path_of(id))), 200);
  }
  static json::object change(const RunningServer& server, const std::string& id, const std::string& body) {
    return answer_of(server.ask(request("PATCH", path_of(id), body)), 200);
  }
  static json::array listed(const RunningServer& server) {
    return answer_of(server.ask(request("GET", kAll)), 200).at("sessions").as_array();
  }
  static std::string workspace(const json::object& session) {
    return std::string(session.at("workspace").as_string());
  }
  static void kill(RunningServer& server) {
    server.program().signal(SIGKILL);
    ASSERT_EQ(server.program().wait(), 128 + SIGKILL);
  }

  const Folder state_;
};

TEST_F(SharedSessions, are_as_they_were_after_a_kill) {
  std::optional<RunningServer> server(environment());
  const auto fresh = create(*server, "interactive");
  const auto resumed = create(*server, "batch");
  change(*server, resumed, R"({"state":"resumed"})");
  const auto failed = create(*server, "workflow");
  change(*server, failed, R"({"state":"failed","reason":"the image would not build"})");
  const auto done = create(*server);
  change(*server, done, R"({"state":"completed"})");
  const auto file = workspace(shown(*server, fresh)) + "/Dockerfile";
  std::ofstream(file) << "FROM debian:12-slim\n";
  const std::string lint =
      R"({"tool":"lint_dockerfile","session":")" + fresh + R"(","arguments":{"path":")" + file + "\"}}";
  EXPECT_EQ(server->ask(request("POST", "/api/tools/execute", lint)).status, 200);
  const auto before = listed(*server);
  ASSERT_EQ(before.size(), 4U);

  kill(*server);
  server.emplace(environment());

  EXPECT_EQ(listed(*server), before);
  EXPECT_TRUE(wait_until([&] { return counted_open(*server) == 2; })) << counted_open(*server);
  EXPECT_EQ(server->ask(request("POST", "/api/tools/execute", lint)).status, 200) << "its workspace is gone";
  for (const auto& id : {fresh, resumed}) {
    const auto folder = workspace(shown(*server, id));
    EXPECT_EQ(change(*server, id, R"({"state":"completed"})").at("state"), "completed");
    EXPECT_FALSE(std::filesystem::exists(folder));
  }
  EXPECT_EQ(change(*server, failed, R"({"state":"resumed"})").at("open"), true);
  EXPECT_EQ(change(*server, failed, R"({"state":"completed"})").at("state"), "completed");
  EXPECT_EQ(server->ask(request("PATCH", path_of(done), R"({"state":"resumed"})")).status, 409);
  EXPECT_EQ(counted_open(*server), 0);
}

// What clients were told, while four of them make and end sessions until the server is gone.
class Traffic {
 public:
  explicit Traffic(std::uint16_t port) {
    for (int i = 0; i < 4; ++i) clients_.emplace_back([this, port] { work(port); });
  }
  void wait_for(std::size_t answers) {
    EXPECT_TRUE(wait_until([&] {
      const std::lock_guard lock(mutex_);
      return answers_ >= answers;
    }));
  }
  // By id, what was said last, and whether a change was asked for that nobody answered. Valid after end().
  struct Known {
    bool is_open = true;
    bool may_have_ended = false;
  };
  const std::map<std::string, Known>& end() {
    for (auto& client : clients_) client.join();
    return known_;
  }

 private:
  void work(std::uint16_t port) {
    RawClient client(port);
    while (true) {
      const auto made = client.ask(request("POST", kAll, R"({"type":"api"})"));
      if (made.status != 201) return;
      const std::string id(json::parse(made.body).at("id").as_string());
      tell(id, {});
      tell(id, {true, true});
      if (client.ask(request("PATCH", path_of(id), R"({"state":"completed"})")).status != 200) return;
      tell(id, {false, false});
      const auto kept = client.ask(request("POST", kAll, R"({"type":"batch"})"));
      if (kept.status != 201) return;
      tell(std::string(json::parse(kept.body).at("id").as_string()), {});
    }
  }
  void tell(const std::string& id, Known known) {
    const std::lock_guard lock(mutex_);
    known_[id] = known;
    ++answers_;
  }

  std::mutex mutex_;
  std::map<std::string, Known> known_;
  std::size_t answers_ = 0;
  std::vector<std::thread> clients_;
};

TEST_F(SharedSessions, that_were_answered_are_not_lost_however_often_the_server_is_killed_at_work) {
  std::map<std::string, Traffic::Known> known;
  for (std::size_t round = 1; round <= 3; ++round) {
    RunningServer server(environment("100000"));
    Traffic traffic(server.port());
    traffic.wait_for(20 * round);
    kill(server);
    for (const auto& [id, said] : traffic.end()) known[id] = said;
  }

  RunningServer server(environment("100000"));
  std::size_t open = 0;
  for (const auto& [id, said] : known) {
    const auto found = shown(server, id);
    ASSERT_FALSE(found.empty()) << id << " is lost";
    const bool is_open = found.at("open").as_bool();
    EXPECT_TRUE(said.may_have_ended || is_open == said.is_open) << id;
    if (!is_open) continue;
    EXPECT_TRUE(std::filesystem::is_directory(workspace(found))) << id;
    change(server, id, R"({"state":"completed"})");
    ++open;
  }
  EXPECT_GT(open, 0U);
  // What was made and could not be answered any more is whole, too.
  const auto rest = answer_of(server.ask(request("GET", std::string(kAll) + "?state=open&limit=1000")), 200);
  for (const auto& session : rest.at("sessions").as_array()) {
    change(server, std::string(session.at("id").as_string()), R"({"state":"completed"})");
  }
  EXPECT_TRUE(wait_until([&] { return std::filesystem::is_empty(state_.path() / "sessions/workspaces"); }))
      << "a folder that no session claims stays";
}

TEST_F(SharedSessions, of_two_servers_are_the_same_and_keep_one_limit) {
  const RunningServer one(environment("3"));
  const RunningServer other(environment("3"));
  const auto first = create(one);
  const auto second = create(other);
  EXPECT_EQ(shown(other, first), shown(one, first));
  EXPECT_EQ(listed(one), listed(other));
  create(one);
  const auto refused = other.ask(request("POST", kAll, R"({"type":"api"})"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.body, HasSubstr("CONTAINER_KIT_SESSION_LIMIT"));
  EXPECT_EQ(change(one, second, R"({"state":"completed"})").at("state"), "completed");
  EXPECT_EQ(other.ask(request("PATCH", path_of(second), R"({"state":"failed"})")).status, 409);
  EXPECT_EQ(create(other).size(), 32U);
}

TEST_F(SharedSessions, are_cleaned_up_by_the_other_server_when_the_keeper_is_killed) {
  RunningServer keeper(environment("10", "1s"));
  EXPECT_TRUE(wait_until([&] {
    return keeper.ask(kit::http::get("/metrics")).body.find("session_cleanup_total 0") == std::string::npos;
  }));
  RunningServer other(environment("10", "1s"));
  const auto id = create(keeper);
  const auto folder = state_.path() / "sessions/workspaces" / id;
  kill(keeper);
  EXPECT_TRUE(wait_until([&] { return shown(other, id).at("state") == "expired"; }));
  EXPECT_TRUE(wait_until([&] { return !std::filesystem::exists(folder); }));
  EXPECT_TRUE(wait_until([&] { return counted_open(other) == 0; })) << counted_open(other);
}

// As other programs on the machine: on the command line, beside the server.
TEST_F(SharedSessions, are_listed_and_used_on_the_command_line_while_a_server_runs) {
  const RunningServer server(environment());
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "run");
    auto program = std::make_unique<Program>(std::move(arguments), environment());
    program->wait();
    return program;
  };
  EXPECT_EQ(run({"list_sessions"})->out(), "no sessions\n");
  const auto open = create(server, "workflow");
  const auto done = create(server, "batch");
  change(server, done, R"({"state":"completed"})");

  const auto all = json::parse(run({"list_sessions", "--json"})->out());
  EXPECT_EQ(all.at("sessions"), json::value(listed(server)));
  EXPECT_EQ(all.at("total"), 2);
  const auto text = run({"list_sessions", "--state", "open"})->out();
  EXPECT_THAT(text, ::testing::StartsWith(open + "  workflow     created    created 20"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr(done)));
  EXPECT_EQ(json::parse(run({"list_sessions", "--type", "batch", "--json"})->out()).at("total"), 1);
  EXPECT_EQ(run({"list_sessions", "--limit", "1"})->out().find("\nand 1 more\n") != std::string::npos, true);

  const auto wrong = run({"list_sessions", "--state", "closed"});
  EXPECT_EQ(wrong->wait(), 2);
  EXPECT_THAT(wrong->error(), HasSubstr("created, resumed, completed, failed, expired, open"));

  // A call of the command line belongs to a session, too, and none to one that has ended.
  const auto file = workspace(shown(server, open)) + "/Dockerfile";
  std::ofstream(file) << "FROM debian:12-slim\n";
  EXPECT_EQ(run({"lint_dockerfile", "--path", file, "--session", open})->wait(), 0);
  EXPECT_GT(shown(server, open).at("workspace_bytes").to_number<int>(), 0);
  const auto refused = run({"lint_dockerfile", "--path", file, "--session", done});
  EXPECT_EQ(refused->wait(), 1);
  EXPECT_THAT(refused->error(), HasSubstr("conflict: the session has been completed"));
}

TEST_F(SharedSessions, need_variables_that_can_be_read) {
  auto wrong = environment("ten", "a day");
  for (const char* command : {"serve", "mcp"}) {
    Program program({command}, wrong);
    EXPECT_EQ(program.wait(), 1) << command;
    EXPECT_EQ(program.error(),
              "container-kit: CONTAINER_KIT_SESSION_LIMIT=ten is not a whole number of 1 or more; "
              "CONTAINER_KIT_SESSION_LIFETIME=a day is not a duration of more than 0: 500ms, 15s, 2m, 24h\n");
  }
  state_.write("file", "no folder");
  auto nowhere = environment();
  nowhere["CONTAINER_KIT_STATE_DIR"] = (state_.path() / "file").string();
  Program program({"serve", "--port", "0"}, nowhere);
  EXPECT_EQ(program.wait(), 1);
  EXPECT_THAT(program.error(), HasSubstr("or set CONTAINER_KIT_STATE_DIR to another folder"));
}

// Whoever keeps the folder busy, everybody gets an answer, and none twice the same session.
TEST_F(SharedSessions, are_made_by_two_servers_at_once) {
  const RunningServer one(environment("1000"));
  const RunningServer other(environment("1000"));
  std::mutex mutex;
  std::set<std::string> ids;
  std::vector<std::thread> clients;
  for (const auto port : {one.port(), other.port(), one.port(), other.port()}) {
    clients.emplace_back([&, port] {
      RawClient client(port);
      for (int i = 0; i < 25; ++i) {
        const auto made = client.ask(request("POST", kAll, R"({"type":"api"})"));
        EXPECT_EQ(made.status, 201) << made.body;
        const std::lock_guard lock(mutex);
        ids.insert(made.body);
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(ids.size(), 100U);
  EXPECT_EQ(answer_of(one.ask(request("GET", kAll)), 200).at("total"), 100);
  EXPECT_EQ(counted_open(one) + counted_open(other), 100);
}

}  // namespace
}  // namespace container_kit::tests
