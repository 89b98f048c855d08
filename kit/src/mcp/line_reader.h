// Lines out of bytes that come in pieces; one that is too long is passed over, whatever its length, in
// bounded memory.
//
// Thread safety: one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace container_kit::kit::mcp {

class LineReader {
 public:
  explicit LineReader(std::size_t most) : most_(most) {}

  // Calls on_line(line) for every line that is complete, without its line break, and on_long() once for one
  // that was too long.
  template <typename OnLine, typename OnLong>
  void feed(std::string_view bytes, const OnLine& on_line, const OnLong& on_long) {
    while (!bytes.empty()) {
      const auto end = bytes.find('\n');
      const auto piece = bytes.substr(0, end);
      if (!is_too_long_ && held_.size() + piece.size() > most_) {
        is_too_long_ = true;
        held_.clear();
        on_long();
      }
      if (!is_too_long_) held_.append(piece);
      if (end == std::string_view::npos) return;
      bytes.remove_prefix(end + 1);
      if (!is_too_long_) finish_line(on_line);
      held_.clear();
      is_too_long_ = false;
    }
  }

  // What came after the last line break, at the end of the input.
  template <typename OnLine>
  void finish(const OnLine& on_line) {
    if (!is_too_long_) finish_line(on_line);
    held_.clear();
  }

 private:
  template <typename OnLine>
  void finish_line(const OnLine& on_line) {
    std::string_view line = held_;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.find_first_not_of(" \t") != std::string_view::npos) on_line(line);
  }

  const std::size_t most_;
  std::string held_;
  bool is_too_long_ = false;
};

}  // namespace container_kit::kit::mcp
