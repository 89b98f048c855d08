// What the user typed, understood: one Command, or the text and exit code to leave with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <container_kit/kit/server.h>

namespace container_kit::app {

struct ServeCommand {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;
  std::vector<std::string> allowed_roots;  // empty: the working directory
  std::vector<std::string> allowed_hosts;
  std::string token_file;  // empty: none is asked for
  kit::TlsFiles tls;
  std::optional<unsigned> requests_per_second;  // unset: no limit, or where others can reach it 200
  bool conformance_fixtures = false;            // for `make conformance`
  std::string config_file;                      // here and below; empty: the one that the environment names
};

// MCP over standard input and output.
struct McpCommand {
  std::vector<std::string> allowed_roots;  // empty: the working directory
  bool conformance_fixtures = false;
  std::string config_file;
};

struct RunCommand {
  const kit::Tool* tool = nullptr;
  kit::ToolArguments arguments;
  std::vector<std::string> allowed_roots;  // empty: wherever the user may look
  bool json = false;
  std::string session;  // the id of the one that the call belongs to, or empty
  std::string config_file;
};

struct RecoverCommand {
  std::string config_file;
};

// The effective configuration, with where each value comes from.
struct ConfigCommand {
  bool json = false;
  std::string config_file;
};

// What is wrong with telemetry, and what to set.
struct DoctorCommand {
  bool json = false;
  std::string config_file;
  std::uint32_t timeout_ms = 5'000;  // of each request
};

// Help, the version, or a mistake: print and go.
struct Leave {
  int exit_code;
  std::string out;    // for stdout
  std::string error;  // for stderr
};

using Command =
    std::variant<ServeCommand, McpCommand, RunCommand, RecoverCommand, ConfigCommand, DoctorCommand, Leave>;

inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitSignal = 128;  // and the number of the signal that stopped a call

// The options of `run TOOL` come from the tool's declared input. The tools must outlive the command.
Command read_command_line(int argc, const char* const* argv, const kit::ToolRegistry& tools);

}  // namespace container_kit::app
