// What an MCP server may offer beyond its tools: prompts, resources, tools that talk back while they run.
//
// Container Kit itself offers tools alone. This is the door for what the conformance suite needs, which is
// there only behind a flag made for testing (mcp/testing).
//
// Thread safety: Extras serve many requests at once. A Dialogue belongs to the thread that runs its request.
#pragma once

#include <optional>

#include <boost/json/array.hpp>

#include "mcp/protocol.h"

namespace container_kit::kit::mcp {

// The way back to the client while its request is under way.
class Dialogue {
 public:
  explicit Dialogue(const Request& request) : request_(request) {}

  const Request& request() const { return request_; }
  void notify(std::string_view method, const boost::json::object& params) const;
  // notifications/progress, where the request carries a progress token. `done` must increase.
  void progress(double done, double total, std::string_view message) const;
  // notifications/message, where the client asked for logs of that level.
  void log(LogLevel level, std::string_view logger, const boost::json::value& data) const;
  // Asks the client something and waits for its answer: the era of sessions only. The error is the client's,
  // or says that no answer came.
  telemetry::Expected<boost::json::object, RpcError> ask(std::string_view method,
                                                         const boost::json::object& params) const;
  bool wants_progress() const;

 private:
  const Request& request_;
};

class Extras {
 public:
  Extras() = default;
  Extras(const Extras&) = delete;
  Extras& operator=(const Extras&) = delete;
  virtual ~Extras() = default;

  // Laid over the server's own.
  virtual boost::json::object capabilities(bool is_modern) const = 0;
  // As tools/list shows them, by name.
  virtual boost::json::array tools() const = 0;
  // Nothing where the request is none of theirs. In the stateless era the result has its resultType.
  virtual std::optional<Outcome> answer(const Dialogue& dialogue) const = 0;
};

}  // namespace container_kit::kit::mcp
