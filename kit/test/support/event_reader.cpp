#include "support/event_reader.h"

namespace container_kit::kit::http {

EventReader::EventReader(RawClient& client) : client_(client), head_(client.read(false)) {}

bool EventReader::read_chunk() {
  const auto line = client_.read_line();
  if (line.empty()) return false;
  const auto size = std::stoul(line, nullptr, 16);
  text_ += client_.read_bytes(size);
  client_.read_line();
  take_blocks();
  return size > 0;
}

void EventReader::take_blocks() {
  for (std::size_t end = 0; (end = text_.find("\n\n")) != std::string::npos; text_.erase(0, end + 2)) {
    Event event;
    for (std::size_t at = 0; at < end;) {
      const auto line = text_.substr(at, text_.find('\n', at) - at);
      at += line.size() + 1;
      if (line.starts_with(':')) ++comments_;
      if (line.starts_with("id: ")) event.id = line.substr(4);
      if (line.starts_with("event: ")) event.name = line.substr(7);
      if (line.starts_with("data: ")) event.data += line.substr(6);
    }
    if (!event.name.empty()) events_.push_back(std::move(event));
  }
}

std::vector<Event> EventReader::read_to_end() {
  while (read_chunk()) {
  }
  return events_;
}

bool EventReader::wait_for_comments(int count) {
  while (comments_ < count) {
    if (!read_chunk()) return false;
  }
  return true;
}

}  // namespace container_kit::kit::http
