// Server-Sent Events (HTML Living Standard, section 9.2) as the parts of an answer.
//
// Thread safety: every member. Ownership: borrows the stream.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "http/response_stream.h"

namespace container_kit::kit::http {

inline constexpr std::string_view kEventStreamType = "text/event-stream";

// One event. `id` empty: it has none. Neither name nor id has line breaks; data may.
std::string event_of(std::string_view name, std::string_view data, std::string_view id = {});

enum class EventIds { kNone, kCounted };

class EventStream {
 public:
  // `headers` go with the answer's own.
  EventStream(ResponseStream& stream, EventIds ids, Headers headers = {})
      : stream_(stream), ids_(ids), headers_(std::move(headers)) {}

  // Begins the answer, where no event has; from then on a comment is sent whenever nothing else is for a
  // while, which shows both sides that the other is there.
  void open();
  // False where nobody reads any more, or reads so slowly that too much is waiting already: the event is lost
  // then.
  bool send(std::string_view name, std::string_view data);
  // The last event, as the body that the handler returns.
  Response last(std::string_view name, std::string_view data);

 private:
  std::string next(std::string_view name, std::string_view data);

  ResponseStream& stream_;
  const EventIds ids_;
  const Headers headers_;
  std::mutex mutex_;  // events leave in the order of their ids
  std::uint64_t count_ = 0;
};

}  // namespace container_kit::kit::http
