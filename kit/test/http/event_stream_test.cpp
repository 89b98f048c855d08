#include "http/event_stream.h"

#include <gtest/gtest.h>

namespace container_kit::kit::http {
namespace {

class Recorded : public ResponseStream {
 public:
  void open(const Response& head, const std::string& heartbeat) override {
    if (is_open()) return;
    opened = head;
    beat = heartbeat;
  }
  bool is_open() const override { return !opened.content_type.empty(); }
  bool write(std::string part) override {
    parts.push_back(std::move(part));
    return true;
  }
  std::stop_token gone() const override { return {}; }

  Response opened{200, "", "", {}};
  std::string beat;
  std::vector<std::string> parts;
};

TEST(Event, has_a_name_data_and_an_id) {
  EXPECT_EQ(event_of("message", "{}"), "event: message\ndata: {}\n\n");
  EXPECT_EQ(event_of("a", "b", "3"), "id: 3\nevent: a\ndata: b\n\n");
}

TEST(Event, data_cannot_end_it_early) {
  EXPECT_EQ(event_of("a", "1\n\nevent: b"), "event: a\ndata: 1\ndata: \ndata: event: b\n\n");
  EXPECT_EQ(event_of("a", "1\r\n2\r3\n"), "event: a\ndata: 1\ndata: 2\ndata: 3\ndata: \n\n");
}

TEST(EventStream, begins_with_the_first_event_and_counts) {
  Recorded recorded;
  EventStream events(recorded, EventIds::kCounted, {{"X-One", "1"}});
  EXPECT_FALSE(recorded.is_open());
  EXPECT_TRUE(events.send("a", "1"));
  EXPECT_EQ(recorded.opened.content_type, "text/event-stream");
  EXPECT_EQ(recorded.opened.headers.at(0).second, "1");
  EXPECT_EQ(recorded.beat, ":\n\n");
  EXPECT_TRUE(events.send("b", "2"));
  EXPECT_EQ(recorded.parts.at(1), "id: 2\nevent: b\ndata: 2\n\n");
  EXPECT_EQ(events.last("c", "3").body, "id: 3\nevent: c\ndata: 3\n\n");
  EXPECT_EQ(recorded.parts.size(), 2U);
}

}  // namespace
}  // namespace container_kit::kit::http
