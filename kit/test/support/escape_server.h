// Servers over HTTP and over pipes that may look into the root of an EscapeWorld, and the tools that take a
// path there.
//
// Thread safety: none; for the test's thread. It sets PATH and CONTAINER_KIT_STATE_DIR, and puts them back.
#pragma once

#include <array>
#include <cstdlib>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <container_kit/kit/server.h>

#include "support/escapes.h"
#include "support/raw_client.h"
#include "support/stdio_client.h"

namespace container_kit::kit {

namespace json = boost::json;
// A tool with a path among its arguments.
struct PathArgument {
  const char* name;
  const char* tool;
  const char* argument;
  const char* file;    // what the path names, or empty: a folder
  const char* others;  // the other arguments, as JSON
  bool writes = false;
};

inline constexpr std::array<PathArgument, 12> kArguments{{
    {"analyze", "analyze", "path", "", "{}"},
    {"lint_a_folder", "lint_dockerfile", "path", "", "{}"},
    {"lint_a_file", "lint_dockerfile", "path", "Dockerfile", "{}"},
    {"generate_dockerfile", "generate_dockerfile", "path", "", R"({"dry_run":false,"overwrite":true})", true},
    {"generate_manifests", "generate_manifests", "path", "",
     R"({"image":"a:1","dry_run":false,"overwrite":true})", true},
    {"build_image", "build_image", "path", "", R"({"tag":"a:1"})"},
    {"build_image_by_dockerfile", "build_image", "dockerfile", "Dockerfile", R"({"tag":"a:1","path":"."})"},
    {"deploy", "deploy", "path", "", "{}"},
    {"run_pipeline", "run_pipeline", "file", "pipeline.yaml", "{}"},
    {"container_build", "container-build", "path", "", "{}", true},
    {"container_build_manifests", "container-build", "manifests", "", R"({"path":"repo"})", true},
    {"resume", "container-build", "resume", "", R"({"path":"repo"})", true},
}};

enum class Way { kHttp, kMcpOverHttp, kMcpOverPipes };
inline constexpr std::array<const char*, 3> kWays{"http", "mcp_over_http", "mcp_over_pipes"};

// Programs in the place of docker, kubectl and trivy that show all that they are given.
inline void install_programs(const Folder& folder) {
  for (const char* name : {"bin/docker", "bin/kubectl", "bin/trivy"}) {
    folder.write(name,
                 "#!/bin/sh\nPATH=/usr/bin:/bin\nfor word in \"$@\"; do echo \"$word\"; "
                 "[ -f \"$word\" ] && [ \"$1\" = build ] && cat \"$word\"; done\n"
                 "[ \"$1\" = apply ] && cat ./*\nexit 0\n");
    std::filesystem::permissions(folder.path() / name, std::filesystem::perms::owner_all);
  }
}

// A server over HTTP and one over pipes, that may look into the world's root.
class Served {
 public:
  explicit Served(const EscapeWorld& world) {
    static_cast<void>(telemetry_.initialize());
    ServerConfig config;
    config.port = 0;
    config.allowed_roots = {world.root()};
    SessionSettings settings;
    settings.folder = world.folder() / "state/sessions";
    sessions_ = std::make_shared<Sessions>(settings, telemetry_);
    config.sessions = sessions_;
    server_.emplace(config, tools_, telemetry_);
    if (!server_->listen()) throw std::runtime_error("no port to listen on");
    outcome_ = std::async(std::launch::async, [this] { return server_->run(); });
    const auto url = server_->url();
    port_ = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    client_.emplace(port_);
    StdioConfig pipes;
    pipes.allowed_roots = {world.root()};
    pipes.sessions = sessions_;
    auto registry = builtin_tools();
    pipes_.emplace(std::move(pipes), std::move(registry));
    static_cast<void>(pipes_->ask(mcp::kInitialize));
  }
  ~Served() { server_->stop(); }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  Sessions& sessions() { return *sessions_; }
  http::Answer ask(const std::string& bytes) { return client_->ask(bytes); }
  std::uint16_t port() const { return port_; }

  // In the session of that id, or in none.
  std::string call(Way way, std::string_view tool, const json::object& arguments,
                   const std::string& session) {
    if (way == Way::kHttp) {
      const json::object body{{"tool", tool}, {"arguments", arguments}, {"session", session}};
      return client_->ask(http::post("/api/tools/execute", json::serialize(body))).body;
    }
    json::object params{{"name", tool}, {"arguments", arguments}};
    json::object& meta = params["_meta"].emplace_object();
    meta["container-kit.io/session"] = session;
    if (way == Way::kMcpOverPipes) return pipes_->ask(rpc(std::move(params)));
    meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28";
    meta["io.modelcontextprotocol/clientCapabilities"].emplace_object();
    const auto body = rpc(std::move(params));
    return client_
        ->ask(
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: "
            "application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\nMcp-Method: "
            "tools/call\r\nMcp-Name: " +
            std::string(tool) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body)
        .body;
  }

 private:
  static std::string rpc(json::object params) {
    return json::serialize(
        json::object{{"jsonrpc", "2.0"}, {"id", 1}, {"method", "tools/call"}, {"params", std::move(params)}});
  }

  telemetry::Manager telemetry_{telemetry::Config::testing()};
  const ToolRegistry tools_ = builtin_tools();
  std::shared_ptr<Sessions> sessions_;
  std::optional<Server> server_;
  std::future<StopOutcome> outcome_;
  std::uint16_t port_ = 0;
  std::optional<http::RawClient> client_;
  std::optional<mcp::StdioClient> pipes_;
};

// What is the same of the three ways' answers: the code (of HTTP alone) and the message, or nothing where it
// succeeded.
struct Said {
  std::string code;
  std::string message;
};

inline std::optional<Said> error_in(const std::string& answer) {
  boost::system::error_code problem;
  const auto parsed = json::parse(answer, problem);
  EXPECT_FALSE(problem) << "the answer is no JSON: " << answer;
  if (problem) return Said{};
  const auto& object = parsed.as_object();
  const auto text = [](const json::value& value) { return std::string(value.as_string()); };
  if (const auto* error = object.if_contains("error")) {
    const auto* code = error->as_object().if_contains("code");
    return Said{code != nullptr && code->is_string() ? text(*code) : "protocol", text(error->at("message"))};
  }
  const auto* content =
      object.at("result").is_object() ? object.at("result").as_object().if_contains("isError") : nullptr;
  if (content == nullptr || !content->as_bool()) return std::nullopt;
  return Said{"tool", text(object.at("result").at("content").at(0).at("text"))};
}

// What is wrong, and, behind a semicolon or a "must", what to do.
inline void expect_clear(const Said& said) {
  EXPECT_THAT(said.message, ::testing::AnyOf(::testing::HasSubstr("; "), ::testing::HasSubstr(" must "),
                                             ::testing::HasSubstr("valid JSON")));
  EXPECT_NE(said.code, "internal") << said.message;
}

class EscapeTest : public ::testing::Test {
 protected:
  EscapeTest() {
    for (const char* name : {"PATH", "CONTAINER_KIT_STATE_DIR"}) {
      if (const char* value = std::getenv(name)) before_[name] = value;
    }
    renew();
  }
  ~EscapeTest() override {
    served_.reset();
    ::unsetenv("CONTAINER_KIT_STATE_DIR");
    for (const auto& [name, value] : before_) ::setenv(name.c_str(), value.c_str(), 1);
  }

  void renew() {
    served_.reset();
    world_.emplace();
    install_programs(world_->folder());
    ::setenv("PATH", (world_->folder() / "bin").c_str(), 1);
    ::setenv("CONTAINER_KIT_STATE_DIR", (world_->folder() / "state").c_str(), 1);
    served_.emplace(*world_);
    outside_ = world_->what_is_outside();
  }
  std::string call(const PathArgument& argument, Way way, const std::string& path,
                   const std::string& session = {}) {
    auto arguments = json::parse(argument.others).as_object();
    arguments[argument.argument] = path;
    return served_->call(way, argument.tool, arguments, session);
  }

  std::map<std::string, std::string> before_;
  std::optional<EscapeWorld> world_;
  std::optional<Served> served_;
  std::map<std::string, std::string> outside_;
};

}  // namespace container_kit::kit
