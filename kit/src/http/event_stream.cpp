#include "http/event_stream.h"

namespace container_kit::kit::http {

namespace {

constexpr const char* kHeartbeat = ":\n\n";  // a comment

}  // namespace

std::string event_of(std::string_view name, std::string_view data, std::string_view id) {
  std::string event;
  if (!id.empty()) event.append("id: ").append(id).append("\n");
  event.append("event: ").append(name).append("\n");
  while (true) {
    const auto line = data.substr(0, data.find_first_of("\r\n"));
    event.append("data: ").append(line).append("\n");
    if (line.size() == data.size()) return event.append("\n");
    const std::size_t ending = data.substr(line.size(), 2) == "\r\n" ? 2 : 1;
    data.remove_prefix(line.size() + ending);
  }
}

void EventStream::open() {
  stream_.open({200, "", std::string(kEventStreamType), headers_}, kHeartbeat);
}

bool EventStream::send(std::string_view name, std::string_view data) {
  open();
  const std::lock_guard lock(mutex_);
  return stream_.write(next(name, data));
}

Response EventStream::last(std::string_view name, std::string_view data) {
  const std::lock_guard lock(mutex_);
  return {200, next(name, data), std::string(kEventStreamType), headers_};
}

std::string EventStream::next(std::string_view name, std::string_view data) {
  return event_of(name, data, ids_ == EventIds::kCounted ? std::to_string(++count_) : std::string());
}

}  // namespace container_kit::kit::http
