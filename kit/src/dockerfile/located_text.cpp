#include "dockerfile/located_text.h"

#include <algorithm>

namespace container_kit::kit::dockerfile {

Position LocatedText::at(std::size_t offset) const {
  if (text_.empty()) return {};
  const std::size_t wanted = begin_ + std::min(offset, text_.size());
  const auto behind = std::upper_bound(pieces_.begin() + 1, pieces_.end(), begin_ + offset,
                                       [](std::size_t at, const Piece& piece) { return at < piece.offset; });
  const Piece& piece = *(behind - 1);
  return {piece.at.line, piece.at.column + static_cast<std::uint32_t>(wanted - piece.offset)};
}

LocatedText LocatedText::from(std::size_t offset) const {
  LocatedText rest = *this;
  rest.begin_ += std::min(offset, text_.size());
  rest.text_.remove_prefix(std::min(offset, text_.size()));
  return rest;
}

void TextJoiner::append(std::string_view piece, Position at) {
  if (piece.empty()) return;
  texts_.push_back(piece);
  pieces_.push_back({size_, at});
  size_ += piece.size();
}

LocatedText TextJoiner::take() {
  LocatedText joined;
  if (texts_.size() == 1) {
    joined.text_ = texts_.front();
  } else if (!texts_.empty()) {
    char* const begin = store_.room_for(size_);
    char* end = begin;
    for (const auto text : texts_) end = std::copy(text.begin(), text.end(), end);
    joined.text_ = {begin, size_};
  }
  joined.pieces_ = store_.keep(std::span<const LocatedText::Piece>(pieces_));
  texts_.clear();
  pieces_.clear();
  size_ = 0;
  return joined;
}

}  // namespace container_kit::kit::dockerfile
