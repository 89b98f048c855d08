// What a child writes, cut into lines, and the last of them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace container_kit::kit::process {

class OutputTail {
 public:
  static constexpr std::size_t kMost = 4'096;

  void add(std::string_view line);
  // Whole lines, printable, each with its end.
  std::string text() const;
  std::string_view last_line() const { return last_; }  // the last that was not empty

 private:
  std::string text_;
  std::string last_;
};

// One stream. A carriage return ends a line too: progress displays write it.
class OutputLines {
 public:
  static constexpr std::size_t kLongest = 65'536;
  using Sink = std::function<void(std::string_view line)>;

  explicit OutputLines(Sink sink) : sink_(std::move(sink)) {}
  void add(std::string_view bytes);
  void finish();  // the last line, where it has no end

 private:
  Sink sink_;
  std::string rest_;
};

}  // namespace container_kit::kit::process
