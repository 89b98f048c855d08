// Any bytes as a message of MCP, as lines on stdio and as one message to the server: every request gets an
// answer that is one line of JSON, and nothing is thrown.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <boost/json.hpp>

#include <container_kit/kit/conformance.h>

#include "mcp/header_check.h"
#include "mcp/line_reader.h"
#include "mcp/service.h"

namespace {

using namespace container_kit;            // NOLINT(google-build-using-namespace)
using namespace container_kit::kit::mcp;  // NOLINT(google-build-using-namespace)

struct World {
  telemetry::Manager telemetry{telemetry::Config::testing()};
  kit::ToolRegistry tools;
  std::vector<std::string> roots;
  Service service{{tools, telemetry, roots}};
};

void check_line(const std::string& line) {
  if (line.find('\n') != std::string::npos) std::abort();
  if (!parse_message(line, 64)) std::abort();
}

void answer(World& world, const Message& message) {
  auto peer = modern_peer(message);
  const auto session = std::make_shared<Session>("");
  const Peer legacy{"2025-11-25", {}, std::nullopt, session};
  const Peer& asking = peer ? *peer : legacy;
  if (message.kind != MessageKind::kRequest) return world.service.take(message, *session);
  check_line(world.service.answer({message, asking, Transport::kPipe, {}, {}, nullptr}).message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  LineReader lines(512);
  const auto on_line = [](std::string_view line) {
    const auto message = parse_message(line, 32);
    if (message) {
      answer(world, *message);
    } else {
      check_line(error_message(message.error().id, message.error().error));
    }
  };
  lines.feed(bytes, on_line, [] {});
  lines.finish(on_line);
  static_cast<void>(decoded_header(bytes));
  return 0;
}
