#include "dockerfile/located_text.h"

#include <algorithm>

namespace container_kit::kit::dockerfile {

void LocatedText::append(std::string_view piece, Position at) {
  if (piece.empty()) return;
  if (text_.empty()) {
    first_ = {0, at};
  } else {
    more_.push_back({text_.size(), at});
  }
  text_ += piece;
}

Position LocatedText::at(std::size_t offset) const {
  if (text_.empty()) return {};
  const auto next =
      std::upper_bound(more_.begin(), more_.end(), offset,
                       [](std::size_t wanted, const Piece& piece) { return wanted < piece.offset; });
  const auto& piece = next == more_.begin() ? first_ : *(next - 1);
  return {piece.at.line,
          piece.at.column + static_cast<std::uint32_t>(std::min(offset, text_.size()) - piece.offset)};
}

LocatedText LocatedText::from(std::size_t offset) const {
  LocatedText rest;
  rest.text_.reserve(text_.size() - std::min(offset, text_.size()));
  for (std::size_t i = 0; i <= more_.size(); ++i) {
    const auto& piece = i == 0 ? first_ : more_[i - 1];
    const auto end = i < more_.size() ? more_[i].offset : text_.size();
    const auto begin = std::max(offset, piece.offset);
    if (begin >= end) continue;
    const auto column = piece.at.column + static_cast<std::uint32_t>(begin - piece.offset);
    rest.append(std::string_view(text_).substr(begin, end - begin), {piece.at.line, column});
  }
  return rest;
}

}  // namespace container_kit::kit::dockerfile
