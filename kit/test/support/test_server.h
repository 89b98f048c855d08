// A real server on a free port, in a thread, with the tools of test_tools.h and deadlines short enough for
// tests.
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <container_kit/kit/server.h>

#include "support/raw_client.h"
#include "support/test_tools.h"

namespace container_kit::kit::http {

class TestServer {
 public:
  explicit TestServer(ServerConfig config = {},
                      const telemetry::Config& telemetry = telemetry::Config::testing(),
                      std::vector<std::unique_ptr<Tool>> more_tools = {})
      : telemetry_(telemetry) {
    tools_.add(std::make_unique<EchoTool>());
    tools_.add(std::make_unique<WaitingTool>());
    for (auto& tool : more_tools) tools_.add(std::move(tool));
    config.port = 0;
    static_cast<void>(telemetry_.initialize());
    server_.emplace(std::move(config), tools_, telemetry_);
    if (const auto listening = server_->listen(); !listening)
      throw std::runtime_error(listening.error().message);
    outcome_ = std::async(std::launch::async, [this] { return server_->run(); });
  }
  ~TestServer() {
    waiting().let_go();
    server_->stop();
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  Server& operator*() { return *server_; }
  Server* operator->() { return &*server_; }
  const WaitingTool& waiting() const { return static_cast<const WaitingTool&>(*tools_.find("wait")); }
  const telemetry::Manager& telemetry() const { return telemetry_; }
  StopOutcome outcome() { return outcome_.get(); }

  std::uint16_t port() const {
    const auto url = server_->url();
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }
  RawClient client() const { return RawClient(port()); }

 private:
  telemetry::Manager telemetry_;
  ToolRegistry tools_;
  std::optional<Server> server_;
  std::future<StopOutcome> outcome_;
};

}  // namespace container_kit::kit::http
