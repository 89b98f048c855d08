#include "dockerfile/located_text.h"

#include <algorithm>

namespace container_kit::kit::dockerfile {

void LocatedText::append(std::string_view piece, Position at) {
  if (piece.empty()) return;
  pieces_.push_back({text_.size(), at});
  text_ += piece;
}

Position LocatedText::at(std::size_t offset) const {
  const auto next =
      std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                       [](std::size_t wanted, const Piece& piece) { return wanted < piece.offset; });
  if (next == pieces_.begin()) return {};
  const auto& piece = *(next - 1);
  return {piece.at.line,
          piece.at.column + static_cast<std::uint32_t>(std::min(offset, text_.size()) - piece.offset)};
}

LocatedText LocatedText::from(std::size_t offset) const {
  LocatedText rest;
  rest.text_.reserve(text_.size() - std::min(offset, text_.size()));
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const auto end = i + 1 < pieces_.size() ? pieces_[i + 1].offset : text_.size();
    const auto begin = std::max(offset, pieces_[i].offset);
    if (begin >= end) continue;
    const auto& piece = pieces_[i];
    const auto column = piece.at.column + static_cast<std::uint32_t>(begin - piece.offset);
    rest.append(std::string_view(text_).substr(begin, end - begin), {piece.at.line, column});
  }
  return rest;
}

}  // namespace container_kit::kit::dockerfile
