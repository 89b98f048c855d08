// Spans on the console, for development: a line a span, or a tree a trace.
//
// For trees, a trace's spans are kept until its local root has ended, at most kMaxKept of them at once; what
// is still there at the end, or must make room, is drawn as far as it is known.
#pragma once

#include <map>
#include <vector>

#include "delivery/console_writer.h"
#include "delivery/span_exporter.h"

namespace container_kit::telemetry::delivery {

class ConsoleExporter : public SpanExporter {
 public:
  enum class Style { kLines, kTree };

  // `descriptor` is not owned.
  ConsoleExporter(Style style, int descriptor)
      : style_(style), descriptor_(descriptor), writer_(descriptor) {}

  SendResult send(std::string_view request, std::uint32_t span_count, base::Deadline deadline) override;
  void finish() override;
  void cancel() noexcept override { writer_.cancel(); }
  std::string name() const override { return "console"; }
  std::string endpoint() const override { return descriptor_ == 1 ? "stdout" : "stderr"; }

 private:
  using Trace = std::vector<std::string>;  // Span messages

  void keep(std::string_view bytes, std::vector<std::string>& text);
  std::string take_tree(std::map<std::string, Trace>::iterator trace);

  static constexpr std::size_t kMaxKept = 10'000;

  Style style_;
  int descriptor_;
  ConsoleWriter writer_;
  std::map<std::string, Trace> kept_;  // by trace id
  std::vector<std::string> ended_;     // traces whose local root is in kept_
  std::size_t kept_spans_ = 0;
};

}  // namespace container_kit::telemetry::delivery
