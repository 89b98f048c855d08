// Text put together from pieces of a file, which knows where each of its bytes stood.
//
// Lines and columns start at 1; a column counts bytes. Thread safety and ownership: a plain value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace container_kit::kit::dockerfile {

struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  auto operator<=>(const Position&) const = default;
};

class LocatedText {
 public:
  void append(std::string_view piece, Position at);

  const std::string& text() const { return text_; }
  // Where the byte at `offset` stood; behind the end: just behind the last byte.
  Position at(std::size_t offset) const;
  // What begins at `offset`, which still knows where it stood.
  LocatedText from(std::size_t offset) const;

 private:
  struct Piece {
    std::size_t offset;
    Position at;
  };

  std::string text_;
  Piece first_{};            // at 0; most texts have one only
  std::vector<Piece> more_;  // by offset; each lies on one line
};

}  // namespace container_kit::kit::dockerfile
