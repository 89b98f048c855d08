// An answer that is sent in parts while its handler still runs: Server-Sent Events.
//
// Thread safety: every member may be called from any thread.
#pragma once

#include <stop_token>
#include <string>

#include "http/response.h"

namespace container_kit::kit::http {

class ResponseStream {
 public:
  ResponseStream() = default;
  ResponseStream(const ResponseStream&) = delete;
  ResponseStream& operator=(const ResponseStream&) = delete;
  virtual ~ResponseStream() = default;

  // Begins the answer with this status and these headers. What the handler returns afterwards is only the
  // last part of the body. `heartbeat` is sent whenever nothing else was for a while; empty: nothing is. A
  // second call does nothing.
  virtual void open(const Response& head, const std::string& heartbeat) = 0;
  virtual bool is_open() const = 0;
  // False where nobody reads any more, or reads so slowly that too much is waiting already.
  virtual bool write(std::string part) = 0;
  // Asked for when the client has closed the connection.
  virtual std::stop_token gone() const = 0;
};

// The stream of one request, made when it is asked for: from then on its client is watched.
//
// Thread safety: on the connection's strand.
class StreamSource {
 public:
  StreamSource() = default;
  StreamSource(const StreamSource&) = delete;
  StreamSource& operator=(const StreamSource&) = delete;
  virtual ~StreamSource() = default;

  // The same each time. Null where the client's HTTP has no such answers.
  virtual ResponseStream* stream() = 0;
};

}  // namespace container_kit::kit::http
