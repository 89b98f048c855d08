#include "support/running_server.h"

#include <cstdlib>

namespace container_kit::tests {

namespace {

// "... serves http://127.0.0.1:PORT for ..."; 0 where the line says no such thing.
std::uint16_t port_in(const std::string& line) {
  constexpr std::string_view kBefore = "http://127.0.0.1:";
  const auto start = line.find(kBefore);
  if (start == std::string::npos) return 0;
  return static_cast<std::uint16_t>(std::atoi(line.c_str() + start + kBefore.size()));
}

}  // namespace

RunningServer::RunningServer(const Program::Environment& environment)
    : program_({"serve", "--port", "0", "--allow-root", root_.path().string()}, environment),
      port_(port_in(program_.first_line())) {}

std::string analyze_call(const std::filesystem::path& path, const std::string& headers) {
  const std::string body = R"({"tool":"analyze","arguments":{"path":")" + path.string() + R"("}})";
  return "POST /api/tools/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
         headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace container_kit::tests
