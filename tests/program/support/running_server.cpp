#include "support/running_server.h"

#include <cstdlib>
#include <fstream>

namespace container_kit::tests {

namespace {

// "... serves http://127.0.0.1:PORT for ..."; 0 where the line says no such thing.
std::uint16_t port_in(const std::string& line) {
  constexpr std::string_view kBefore = "http://127.0.0.1:";
  const auto start = line.find(kBefore);
  if (start == std::string::npos) return 0;
  return static_cast<std::uint16_t>(std::atoi(line.c_str() + start + kBefore.size()));
}

std::filesystem::path fresh_folder() {
  std::string path = (std::filesystem::temp_directory_path() / "container-kit-test-XXXXXX").string();
  return std::filesystem::canonical(::mkdtemp(path.data()));
}

}  // namespace

Folder::Folder() : path_(fresh_folder()) {}

Folder::~Folder() {
  std::filesystem::remove_all(path_);
}

void Folder::write(const std::string& name, const std::string& text) const {
  std::filesystem::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << text;
}

RunningServer::RunningServer(const Program::Environment& environment)
    : program_({"serve", "--port", "0", "--allow-root", root_.path().string()}, environment),
      port_(port_in(program_.first_line())) {}

std::string analyze_call(const std::filesystem::path& path, const std::string& headers) {
  const std::string body = R"({"tool":"analyze","arguments":{"path":")" + path.string() + R"("}})";
  return "POST /api/tools/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
         headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace container_kit::tests
