#include "protocol/console.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <map>

namespace container_kit::telemetry::protocol {
namespace {

constexpr std::size_t kBarWidth = 24;
constexpr std::size_t kMaxValueShown = 80;

template <typename... Args>
std::string printed(const char* format, Args... args) {
  char text[96];
  const int size = std::snprintf(text, sizeof text, format, args...);
  return {text, static_cast<std::size_t>(std::clamp(size, 0, static_cast<int>(sizeof text) - 1))};
}

std::string shortened(std::string text) {
  if (text.size() <= kMaxValueShown) return text;
  std::size_t end = kMaxValueShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

std::string format_attributes(const std::vector<ReadableAttribute>& attributes) {
  std::string out;
  for (const ReadableAttribute& attribute : attributes) {
    out += "  " + visible(attribute.key) + "=" + shortened(visible(attribute.display()));
  }
  return out;
}

std::string format_failure(const ReadableSpan& span) {
  if (span.status != StatusCode::kError) return {};
  std::string out = "  ERROR";
  if (!span.status_message.empty()) out += ": " + shortened(visible(span.status_message));
  return out;
}

// Which part of the trace a span took: "··██····".
class TimeBar {
 public:
  explicit TimeBar(std::span<const ReadableSpan> spans) {
    start_ = spans.front().start_time;
    end_ = spans.front().end_time;
    for (const ReadableSpan& span : spans) {
      start_ = std::min(start_, span.start_time);
      end_ = std::max(end_, span.end_time);
    }
  }
  std::string draw(const ReadableSpan& span) const {
    const std::size_t first = std::min(column(span.start_time), kBarWidth - 1);
    const std::size_t last = std::max(column(span.end_time), first + 1);
    std::string bar;
    for (std::size_t at = 0; at < kBarWidth; ++at) bar += at >= first && at < last ? "█" : "·";
    return bar;
  }

 private:
  std::size_t column(std::int64_t time) const {
    const auto length = static_cast<double>(std::max<std::int64_t>(end_ - start_, 1));
    const double part = static_cast<double>(time - start_) / length;
    return static_cast<std::size_t>(part * static_cast<double>(kBarWidth) + 0.5);
  }

  std::int64_t start_ = 0;
  std::int64_t end_ = 0;
};

class Tree {
 public:
  explicit Tree(std::span<const ReadableSpan> spans)
      : spans_(spans), bar_(spans), drawn_(spans.size(), false) {
    std::map<SpanId, std::size_t> known;
    for (std::size_t index = 0; index < spans.size(); ++index) known.emplace(spans[index].span_id, index);
    for (std::size_t index = 0; index < spans.size(); ++index) {
      const auto parent = known.find(spans[index].parent_span_id);
      const bool is_child = parent != known.end() && parent->second != index;
      (is_child ? children_[parent->second] : roots_).push_back(index);
    }
    by_start(roots_);
    for (auto& [parent, list] : children_) by_start(list);
  }

  std::string draw() {
    std::string out = "trace " + spans_.front().trace_id.to_hex() + "\n";
    for (const std::size_t root : roots_) draw_span(out, root, "", "");
    for (std::size_t index = 0; index < spans_.size(); ++index) {
      if (!drawn_[index]) draw_span(out, index, "", "");  // parents that are each other's children
    }
    return out;
  }

 private:
  void by_start(std::vector<std::size_t>& list) const {
    std::stable_sort(list.begin(), list.end(), [this](std::size_t a, std::size_t b) {
      return spans_[a].start_time < spans_[b].start_time;
    });
  }

  // `lead` stands before the span itself, `below` before what is drawn under it.
  void draw_span(std::string& out, std::size_t index, const std::string& lead, const std::string& below) {
    if (drawn_[index]) return;
    drawn_[index] = true;
    const ReadableSpan& span = spans_[index];
    out += bar_.draw(span) + printed(" %10s  ", format_duration(span.duration()).c_str()) + lead +
           visible(span.name) + format_failure(span) + format_attributes(span.attributes) + "\n";
    const auto found = children_.find(index);
    if (found == children_.end()) return;
    for (const std::size_t child : found->second) {
      const bool last = child == found->second.back();
      draw_span(out, child, below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "));
    }
  }

  std::span<const ReadableSpan> spans_;
  TimeBar bar_;
  std::vector<bool> drawn_;
  std::vector<std::size_t> roots_;
  std::map<std::size_t, std::vector<std::size_t>> children_;
};

}  // namespace

std::string visible(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      out += printed("\\x%02x", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string format_time(std::int64_t unix_nanoseconds) {
  const std::time_t seconds = unix_nanoseconds / 1'000'000'000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return printed("%02d:%02d:%02d.%03d", utc.tm_hour, utc.tm_min, utc.tm_sec,
                 static_cast<int>(unix_nanoseconds / 1'000'000 % 1000));
}

std::string format_duration(std::int64_t nanoseconds) {
  const auto value = static_cast<double>(nanoseconds);
  if (nanoseconds < 1'000) return printed("%d ns", static_cast<int>(nanoseconds));
  if (nanoseconds < 1'000'000) return printed("%.1f us", value / 1e3);
  if (nanoseconds < 1'000'000'000) return printed("%.2f ms", value / 1e6);
  return printed("%.2f s", value / 1e9);
}

std::string format_span_line(const ReadableSpan& span) {
  return format_time(span.end_time) + printed("  %10s  ", format_duration(span.duration()).c_str()) +
         visible(span.name) + format_failure(span) + format_attributes(span.attributes) + "  [trace " +
         span.trace_id.to_hex() + ", span " + span.span_id.to_hex() + "]\n";
}

std::string format_trace_tree(std::span<const ReadableSpan> spans) {
  if (spans.empty()) return {};
  return Tree(spans).draw();
}

}  // namespace container_kit::telemetry::protocol
