// Sessions in a folder that goes away with the test, by a clock that the test moves.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include <container_kit/kit/sessions.h>

#include "support/folder.h"

namespace container_kit::kit {

class SessionsFolder : public ::testing::Test {
 protected:
  SessionsFolder() {
    settings_.folder = (folder_ / "sessions").string();
    settings_.now = [this] { return now_; };
    static_cast<void>(telemetry_.initialize());
    restart();
  }
  ~SessionsFolder() override { sessions_.reset(); }

  // As another process would find them, with the settings of now.
  void restart() {
    sessions_.reset();
    sessions_ = std::make_unique<Sessions>(settings_, telemetry_);
  }

  Session create(SessionType type = SessionType::kApi) {
    auto session = sessions_->create(type);
    EXPECT_TRUE(session) << session.error().message;
    return session ? *session : Session{};
  }

  static void write(const Session& session, const std::string& name, std::size_t bytes) {
    const auto file = std::filesystem::path(session.workspace) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << std::string(bytes, 'x');
  }

  // The value of `name` in a scrape, or -1.
  double metric(const std::string& name) {
    const std::string body = "\n" + telemetry_.scrape().body;
    const auto at = body.find("\n" + name + " ");
    return at == std::string::npos ? -1 : std::stod(body.substr(at + name.size() + 2));
  }
  double open(const std::string& type = "api") {
    const std::string label = "{session_type=\"" + type + "\"}";
    return metric("session_total" + label) - metric("session_completed_total" + label);
  }

  const Folder temporary_;
  const std::filesystem::path folder_ = temporary_.path();
  SessionSettings settings_;
  SessionTime now_{std::chrono::hours(24 * 365 * 56)};
  telemetry::Manager telemetry_{config()};
  std::unique_ptr<Sessions> sessions_;

 private:
  static telemetry::Config config() {
    auto config = telemetry::Config::testing();
    config.metrics_enabled = true;
    return config;
  }
};

}  // namespace container_kit::kit
