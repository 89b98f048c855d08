// What serve_mcp_over_stdio() runs: reads lines, has them answered, writes lines.
//
// Thread safety: run() once; the rest is its own.
#pragma once

#include <mutex>
#include <optional>

#include <container_kit/kit/mcp_stdio.h>

#include "mcp/call_pool.h"
#include "mcp/line_reader.h"
#include "mcp/service.h"

namespace container_kit::kit::mcp {

// The client's end of the output. Messages of several threads do not mix.
class LineOutlet : public Outlet {
 public:
  explicit LineOutlet(int file) : file_(file) {}
  bool send(const std::string& message) override;

 private:
  const int file_;
  std::mutex mutex_;
  bool is_broken_ = false;
};

class StdioServer {
 public:
  StdioServer(const StdioConfig& config, const ToolRegistry& tools, telemetry::Manager& telemetry);
  StopOutcome run();

 private:
  struct Call;

  void read_all();
  // False at the end of the input, and when it is time to stop.
  bool wait_for_input() const;
  void take_line(std::string_view line);
  void take_request(Message message);
  std::optional<Peer> peer_of(const Message& message);
  void answer(Call& call);
  bool wait_until_idle(std::chrono::milliseconds patience);
  StopOutcome drain();

  const StdioConfig& config_;
  Service service_;
  std::shared_ptr<Session> session_;  // of clients that begin with initialize; its calls are everybody's
  LineOutlet outlet_;
  CallPool pool_;
  CallPool waiting_;  // for tools that wait for other programs
};

}  // namespace container_kit::kit::mcp
