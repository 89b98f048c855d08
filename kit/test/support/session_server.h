// A real server with sessions in a folder that goes away with the test, and a tool that writes into the
// workspace of the session that it is called in.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/folder.h"
#include "support/test_server.h"

namespace container_kit::kit {

// Answers with the folders that it may look into, as a JSON list. Writes `text` to the file "note" in the
// last.
class NoteTool : public Tool {
 public:
  std::string_view name() const override { return "note"; }
  std::string_view description() const override { return "Writes a note"; }
  std::string_view version() const override { return "1"; }
  const ToolInput& input() const override { return input_; }
  ToolResult<ToolOutput> execute(const ToolArguments& arguments, const ToolContext& context) const override {
    if (context.allowed_roots.empty()) return ToolError{ToolErrorCode::kPathNotAllowed, "no folder", ""};
    std::ofstream(std::filesystem::path(context.allowed_roots.back()) / "note") << arguments.string("text");
    std::string roots;
    for (const auto& root : context.allowed_roots) roots += (roots.empty() ? "\"" : ",\"") + root + '"';
    return ToolOutput{"[" + roots + "]", roots};
  }

 private:
  ToolInput input_{{"text", FieldType::kString, "What to write", true}};
};

inline std::vector<std::unique_ptr<Tool>> note_tool() {
  std::vector<std::unique_ptr<Tool>> tools;
  tools.push_back(std::make_unique<NoteTool>());
  return tools;
}

class SessionServer : public ::testing::Test {
 protected:
  SessionServer() {
    static_cast<void>(telemetry_.initialize());
    settings_.folder = folder_ / "state/sessions";
    settings_.most_open = 3;
    settings_.now = [this] { return now_; };
    folder_.folder("root");
    start();
  }

  // With the settings of now.
  void start() {
    server_.reset();
    sessions_ = std::make_shared<Sessions>(settings_, telemetry_);
    ServerConfig config;
    config.allowed_roots = {folder_ / "root"};
    config.sessions = sessions_;
    server_.emplace(std::move(config), telemetry::Config::testing(), note_tool());
  }

  static std::string request(const std::string& method, const std::string& path, const std::string& body = {},
                             const std::string& headers = {}) {
    std::string head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers;
    if (!body.empty()) head += "Content-Type: application/json\r\n";
    return head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  http::Answer ask(const std::string& method, const std::string& path, const std::string& body = {},
                   const std::string& headers = {}) {
    return server_->client().ask(request(method, path, body, headers));
  }
  Session create(SessionType type = SessionType::kApi) {
    auto session = sessions_->create(type);
    EXPECT_TRUE(session) << session.error().message;
    return session ? *session : Session{};
  }

  const Folder folder_;
  SessionSettings settings_;
  SessionTime now_{std::chrono::milliseconds(1'767'225'600'000)};  // the start of 2026
  telemetry::Manager telemetry_{telemetry::Config::testing()};
  std::shared_ptr<Sessions> sessions_;
  std::optional<http::TestServer> server_;
};

}  // namespace container_kit::kit
