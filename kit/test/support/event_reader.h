// Reads the Server-Sent Events of an answer that comes in chunks.
#pragma once

#include <string>
#include <vector>

#include "support/raw_client.h"

namespace container_kit::kit::http {

struct Event {
  std::string id;
  std::string name;
  std::string data;
};

class EventReader {
 public:
  // Reads the head. Borrows the client.
  explicit EventReader(RawClient& client);

  const Answer& head() const { return head_; }
  // All events, from those that wait_for_comments() passed on.
  std::vector<Event> read_to_end();
  // Reads until so many comments have come; false where the stream ends before, or is silent.
  bool wait_for_comments(int count);

 private:
  bool read_chunk();
  void take_blocks();

  RawClient& client_;
  Answer head_;
  std::string text_;
  std::vector<Event> events_;
  int comments_ = 0;
};

}  // namespace container_kit::kit::http
