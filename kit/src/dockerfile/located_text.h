// Text put together from pieces of a file, which knows where each of its bytes stood.
//
// Lines and columns start at 1; a column counts bytes. Thread safety: plain values. Ownership: a text is a
// view; its bytes lie in the file that it was read from, or in a TextStore.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "dockerfile/text_store.h"

namespace container_kit::kit::dockerfile {

struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  auto operator<=>(const Position&) const = default;
};

class LocatedText {
 public:
  LocatedText() = default;

  std::string_view text() const { return text_; }
  // Where the byte at `offset` stood; behind the end: just behind the last byte.
  Position at(std::size_t offset) const;
  // What begins at `offset`, which still knows where it stood.
  LocatedText from(std::size_t offset) const;

 private:
  friend class TextJoiner;
  struct Piece {
    std::size_t offset;
    Position at;
  };

  std::string_view text_;
  std::span<const Piece> pieces_;  // of the whole text, by offset; each lies on one line
  std::size_t begin_ = 0;          // of text_ in the whole text
};

// Puts a text together. What it takes outlives the store's texts; what it makes lives in the store, or is a
// view of the one piece there was.
class TextJoiner {
 public:
  explicit TextJoiner(TextStore& store) : store_(store) {}

  void append(std::string_view piece, Position at);
  // What was appended since the last time.
  LocatedText take();

 private:
  TextStore& store_;
  std::vector<std::string_view> texts_;
  std::vector<LocatedText::Piece> pieces_;
  std::size_t size_ = 0;
};

}  // namespace container_kit::kit::dockerfile
