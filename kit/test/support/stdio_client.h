// MCP over pipes, in this process: the server in a thread, and a client that sends exactly the lines it is
// given.
#pragma once

#include <array>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include <container_kit/kit/mcp_stdio.h>

#include "support/test_tools.h"

namespace container_kit::kit::mcp {

inline constexpr const char* kInitialize =
    R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}})";

class StdioClient {
 public:
  explicit StdioClient(StdioConfig config = {}, std::vector<std::unique_ptr<Tool>> more_tools = {})
      : StdioClient(std::move(config), [&more_tools] {
          ToolRegistry tools;
          tools.add(std::make_unique<http::EchoTool>());
          for (auto& tool : more_tools) tools.add(std::move(tool));
          return tools;
        }()) {}
  StdioClient(StdioConfig config, ToolRegistry tools) : config_(std::move(config)), tools_(std::move(tools)) {
    tools_.add(std::make_unique<http::WaitingTool>());
    static_cast<void>(!::pipe(to_server_.data()));
    static_cast<void>(!::pipe(from_server_.data()));
    config_.input = to_server_[0];
    config_.output = from_server_[1];
    outcome_ = std::async(std::launch::async, [this] {
      const auto outcome = serve_mcp_over_stdio(config_, tools_, telemetry_);
      ::close(from_server_[1]);
      return outcome;
    });
  }
  ~StdioClient() {
    waiting().let_go();
    finish();
    if (outcome_.valid()) outcome_.wait();
    for (const int file : {to_server_[0], from_server_[0]}) ::close(file);
  }
  StdioClient(const StdioClient&) = delete;
  StdioClient& operator=(const StdioClient&) = delete;

  void send(std::string_view bytes) {
    static_cast<void>(!::write(to_server_[1], bytes.data(), bytes.size()));
  }
  void send_line(const std::string& line) { send(line + "\n"); }
  void finish() {
    if (to_server_[1] >= 0) ::close(std::exchange(to_server_[1], -1));
  }
  // Empty at the end.
  std::string read_line() {
    std::string line;
    char c = 0;
    while (::read(from_server_[0], &c, 1) == 1 && c != '\n') line.push_back(c);
    return line;
  }
  std::string ask(const std::string& line) {
    send_line(line);
    return read_line();
  }
  StopOutcome outcome() { return outcome_.get(); }
  const http::WaitingTool& waiting() const {
    return static_cast<const http::WaitingTool&>(*tools_.find("wait"));
  }

 private:
  StdioConfig config_;
  telemetry::Manager telemetry_{telemetry::Config::testing()};
  ToolRegistry tools_;
  std::array<int, 2> to_server_{-1, -1};
  std::array<int, 2> from_server_{-1, -1};
  std::future<StopOutcome> outcome_;
};

}  // namespace container_kit::kit::mcp
