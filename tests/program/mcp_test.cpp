// `container-kit mcp` and /mcp of `container-kit serve`: the real program, its real pipes, and what a client
// can do to them.
#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/running_server.h"

namespace container_kit::tests {
namespace {

using ::testing::HasSubstr;

constexpr const char* kInitialize =
    R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}})";
constexpr const char* kPing = R"({"jsonrpc":"2.0","id":7,"method":"ping"})";
constexpr const char* kPong = R"({"jsonrpc":"2.0","id":7,"result":{}})";

// The program with pipes on its stdin and stdout; its stderr goes to a file.
class McpProgram {
 public:
  explicit McpProgram(const Folder& folder) : error_path_((folder.path() / "stderr").string()) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) std::abort();
    const std::string root = folder.path().string();
    const std::string flight = "CONTAINER_KIT_FLIGHT_DIR=" + root;
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(in[0], STDIN_FILENO);
      ::dup2(out[1], STDOUT_FILENO);
      ::dup2(::open(error_path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), STDERR_FILENO);
      ::execle(CONTAINER_KIT_BINARY, "container-kit", "mcp", "--allow-root", root.c_str(), nullptr,
               std::array<const char*, 3>{flight.c_str(), "CONTAINER_KIT_ENV=development", nullptr}.data());
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    input_ = in[1];
    output_ = out[0];
  }
  ~McpProgram() {
    finish();
    ::close(output_);
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  McpProgram(const McpProgram&) = delete;
  McpProgram& operator=(const McpProgram&) = delete;

  void send(std::string_view bytes) const { static_cast<void>(!::write(input_, bytes.data(), bytes.size())); }
  std::string ask(const std::string& line) const {
    send(line + "\n");
    return read_line();
  }
  // Empty at the end.
  std::string read_line() const {
    std::string line;
    char c = 0;
    while (::read(output_, &c, 1) == 1 && c != '\n') line.push_back(c);
    return line;
  }
  void finish() {
    if (input_ >= 0) ::close(std::exchange(input_, -1));
  }
  void signal(int number) const { ::kill(pid_, number); }
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  std::string error() const {
    std::ifstream file(error_path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  const std::string error_path_;
  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
};

TEST(McpProgram, says_messages_on_stdout_and_everything_else_on_stderr) {
  const Folder folder;
  folder.write("main.go", "package main\n");
  McpProgram program(folder);
  EXPECT_THAT(program.ask(kInitialize), HasSubstr(R"("protocolVersion":"2025-11-25")"));
  const auto analysis = program.ask(
      R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"analyze","arguments":{"path":")" +
      folder.path().string() + R"("}}})");
  EXPECT_THAT(analysis, HasSubstr(R"("structuredContent":{"path":)"));
  EXPECT_THAT(analysis, HasSubstr(R"("name":"Go")"));
  program.finish();
  EXPECT_EQ(program.read_line(), "") << "nothing but the answers";
  EXPECT_EQ(program.wait(), 0);
  EXPECT_THAT(program.error(), HasSubstr("tools/call analyze")) << "the trace, as development wants it";
}

TEST(McpProgram, goes_on_after_garbage_and_half_lines) {
  const Folder folder;
  McpProgram program(folder);
  EXPECT_THAT(program.ask("\x01\x02 garbage"), HasSubstr("-32700"));
  EXPECT_THAT(program.ask("[1,2"), HasSubstr("-32700"));
  program.send(R"({"jsonrpc":"2.0",)");
  program.send(R"("id":7,"method":"ping"})");
  EXPECT_EQ(program.ask(""), kPong);
  program.send(R"({"jsonrpc":"2.0","id":8,"met)");
  program.finish();
  EXPECT_THAT(program.read_line(), HasSubstr("-32700"));
  EXPECT_EQ(program.wait(), 0);
}

TEST(McpProgram, passes_over_a_line_without_end) {
  const Folder folder;
  McpProgram program(folder);
  std::thread sender([&] {
    const std::string piece(65'536, 'x');
    for (int i = 0; i < 40; ++i) program.send(piece);
    program.send(std::string("\n") + kPing + "\n");
  });
  EXPECT_THAT(program.read_line(), HasSubstr("larger than 1048576 bytes"));
  EXPECT_EQ(program.read_line(), kPong);
  sender.join();
}

TEST(McpProgram, stops_on_a_signal) {
  const Folder folder;
  McpProgram program(folder);
  EXPECT_EQ(program.ask(kPing), kPong);
  program.signal(SIGTERM);
  EXPECT_EQ(program.read_line(), "");
  EXPECT_EQ(program.wait(), 0);
}

TEST(McpProgram, ends_when_nobody_reads_its_answers) {
  const Folder folder;
  McpProgram program(folder);
  EXPECT_EQ(program.ask(kPing), kPong);
  program.signal(SIGPIPE);  // ignored: a write that fails says the same
  EXPECT_EQ(program.ask(kPing), kPong);
  program.finish();
  EXPECT_EQ(program.wait(), 0);
}

std::string mcp_post(const std::string& body, const std::string& headers = "") {
  return "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: "
         "application/json, "
         "text/event-stream\r\n" +
         headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(McpProgram, measures_requests_by_the_conventions_names) {
  const RunningServer server;
  const std::string body =
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ping","arguments":{},"_meta":{)"
      R"("io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},)"
      R"("traceparent":"00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01"}}})";
  const auto answer = server.ask(
      mcp_post(body, "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: ping\r\n"));
  EXPECT_EQ(answer.status, 200) << answer.body;
  const auto metrics = server.ask(kit::http::get("/metrics")).body;
  EXPECT_THAT(metrics, HasSubstr("mcp_server_operation_duration_seconds_count{"));
  EXPECT_THAT(metrics, HasSubstr(R"(mcp_method_name="tools/call")"));
  EXPECT_THAT(metrics, HasSubstr(R"(tool_execution_total{tool_name="ping"} 1)"));
}

TEST(McpProgram, half_requests_and_garbage_over_http_harm_nobody) {
  const RunningServer server;
  for (const std::string bytes :
       {"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"json",
        "POST /mcp HTTP/1.1\r\n", "\x16\x03\x01garbage", "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\n"}) {
    kit::http::RawClient client(server.port());
    client.send(bytes);
  }
  EXPECT_EQ(server.ask(mcp_post("\xff\xfe")).status, 400);
  EXPECT_EQ(server.ask(mcp_post(kInitialize)).status, 200);
}

}  // namespace
}  // namespace container_kit::tests
