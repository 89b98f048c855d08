// InMemorySpans: a SpanProcessor for tests, which keeps every finished span and draws traces as trees.
//
//   auto spans = std::make_shared<telemetry::InMemorySpans>();
//   telemetry::Config config = telemetry::Config::testing();
//   config.tracing_enabled = true;
//   config.traces_to_nowhere = true;
//   config.span_processors = {spans};
//   ...
//   EXPECT_EQ(spans->tree(), "http.GET /\n  tool.analyze tool.name=analyze\n");
//
// Thread safety: every member function from any thread.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include <container_kit/telemetry/span_processor.h>

namespace container_kit::telemetry {

class InMemorySpans : public SpanProcessor {
 public:
  void on_end(const ReadableSpan& span) override;

  std::size_t size() const;
  void clear();
  // The finished spans, a line each, below their parents and indented by two, in the order of their starts:
  // the name, " key=value" for each attribute, " !message" where it failed, " ok" where that was said, "
  // @name" for each event.
  std::string tree() const;

 private:
  struct Node {
    SpanId span_id;
    SpanId parent_span_id;
    std::int64_t start_time;
    std::string line;
  };

  mutable std::mutex mutex_;
  std::vector<Node> nodes_;
};

}  // namespace container_kit::telemetry
