#include "mcp/stdio_server.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <boost/json.hpp>
#include <poll.h>
#include <unistd.h>

namespace container_kit::kit {
namespace mcp {

namespace {

// After the calls were asked to stop.
constexpr std::chrono::milliseconds kLastPatience{1'000};

unsigned tool_threads(const StdioConfig& config) {
  return config.tool_threads != 0 ? config.tool_threads : std::max(2U, std::thread::hardware_concurrency());
}

}  // namespace

// A request between its line and its answer.
struct StdioServer::Call {
  Call(Message&& asked, Peer&& by, CallTable& calls)
      : message(std::move(asked)), peer(std::move(by)), entry(calls, key_of(message.id)) {}

  Message message;
  Peer peer;
  CallTable::Entry entry;
};

bool LineOutlet::send(const std::string& message) {
  const std::string line = message + '\n';
  const std::lock_guard lock(mutex_);
  std::string_view rest = line;
  while (!rest.empty() && !is_broken_) {
    const auto written = ::write(file_, rest.data(), rest.size());
    if (written > 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      is_broken_ = true;
    }
  }
  return !is_broken_;
}

StdioServer::StdioServer(const StdioConfig& config, const ToolRegistry& tools, telemetry::Manager& telemetry)
    : config_(config),
      service_({tools, telemetry, config.allowed_roots, config.extras.get(), config.sessions.get()}),
      session_(std::make_shared<Session>("")),
      outlet_(config.output),
      pool_(tool_threads(config), config.limits.queued_calls),
      waiting_(config.waiting_threads, config.limits.queued_calls) {}

StopOutcome StdioServer::run() {
  read_all();
  const auto outcome = drain();
  if (!session_->version().empty()) service_.session_ended(*session_, Transport::kPipe);
  return outcome;
}

bool StdioServer::wait_for_input() const {
  std::array<pollfd, 2> files{{{config_.input, POLLIN, 0}, {config_.stop, POLLIN, 0}}};
  while (::poll(files.data(), files.size(), -1) < 0) {
    if (errno != EINTR) return false;
  }
  return files[1].revents == 0;
}

void StdioServer::read_all() {
  LineReader lines(config_.limits.line_bytes);
  const auto on_line = [this](std::string_view line) { take_line(line); };
  const auto on_long = [this] {
    outlet_.send(error_message(
        nullptr, {error_code::kInvalidRequest,
                  "the message is larger than " + std::to_string(config_.limits.line_bytes) + " bytes"}));
  };
  std::array<char, 65'536> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init): read into
  while (wait_for_input()) {
    const auto size = ::read(config_.input, bytes.data(), bytes.size());
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (size <= 0) return lines.finish(on_line);
    lines.feed({bytes.data(), static_cast<std::size_t>(size)}, on_line, on_long);
  }
}

void StdioServer::take_line(std::string_view line) {
  auto message = parse_message(line, config_.limits.json_depth);
  if (!message) {
    outlet_.send(error_message(message.error().id, message.error().error));
  } else if (message->kind == MessageKind::kRequest) {
    take_request(std::move(*message));
  } else {
    service_.take(*message, *session_);
  }
}

// Who asks; nothing where the request was refused for that, and answered.
std::optional<Peer> StdioServer::peer_of(const Message& message) {
  if (is_modern(message) || message.method == "server/discover") {
    auto peer = modern_peer(message);
    if (peer) return std::move(*peer);
    outlet_.send(error_message(message.id, peer.error()));
    return std::nullopt;
  }
  const bool may_come_first = message.method == "initialize" || message.method == "ping";
  if (session_->version().empty() && !may_come_first) {
    outlet_.send(error_message(message.id, {error_code::kInvalidRequest,
                                            "begin with initialize, or say with every request who asks: "
                                            "params._meta of MCP 2026-07-28"}));
    return std::nullopt;
  }
  return Peer{session_->version(), session_->capabilities(), session_->log_level(), session_};
}

void StdioServer::take_request(Message message) {
  auto peer = peer_of(message);
  if (!peer) return;
  const bool blocks = Service::blocks(message);
  CallPool& pool = service_.waits(message) ? waiting_ : pool_;
  const boost::json::value id = message.id;
  // Entered before the next line is read, so that a cancellation finds it.
  const auto call = std::make_shared<Call>(std::move(message), std::move(*peer), session_->calls());
  if (!blocks) return answer(*call);
  if (pool.run([this, call] { answer(*call); })) return;
  outlet_.send(error_message(
      id, {error_code::kInternalError, "too many calls are waiting already; try again shortly"}));
}

void StdioServer::answer(Call& call) {
  const std::stop_token stop = call.entry.stop().get_token();
  const Request request{call.message, call.peer, Transport::kPipe, config_.ambient, stop, &outlet_};
  const Answer answer = service_.answer(request);
  // "MUST NOT send any further messages for it" (2026-07-28, patterns, Cancellation).
  if (!stop.stop_requested()) outlet_.send(answer.message);
}

bool StdioServer::wait_until_idle(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  if (!waiting_.wait_until_idle(patience)) return false;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  return pool_.wait_until_idle(std::max(left, std::chrono::milliseconds(0)));
}

StopOutcome StdioServer::drain() {
  if (wait_until_idle(config_.limits.drain)) return StopOutcome::kDrained;
  session_->calls().cancel_all();
  return wait_until_idle(kLastPatience) ? StopOutcome::kDrained : StopOutcome::kAbandoned;
}

}  // namespace mcp

StopOutcome serve_mcp_over_stdio(const StdioConfig& config, const ToolRegistry& tools,
                                 telemetry::Manager& telemetry) {
  // Left to itself where calls are abandoned: its threads still use it, and the process is about to end.
  auto server = std::make_unique<mcp::StdioServer>(config, tools, telemetry);
  const auto outcome = server->run();
  if (outcome == StopOutcome::kAbandoned) static_cast<void>(server.release());
  return outcome;
}

}  // namespace container_kit::kit
