// Finds: what was found in one text, in order and apart from each other.
//
// Thread safety and ownership: a plain value; no memory but its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <container_kit/telemetry/privacy.h>

namespace container_kit::telemetry::privacy {

struct Find {
  TextRange range;
  PrivacyAction action;
};

class Finds {
 public:
  // A text that has more is masked from the last of them to its end.
  static constexpr std::size_t kMost = 24;

  bool empty() const noexcept { return count_ == 0; }
  std::span<const Find> all() const noexcept { return {finds_.data(), count_}; }
  // The end of what was found last; whatever is added begins there or later.
  std::size_t end() const noexcept { return count_ == 0 ? 0 : finds_[count_ - 1].range.end; }

  // Precondition: find.range.begin >= end(). `text_size` is where the text ends.
  void add(const Find& find, std::size_t text_size) noexcept {
    if (count_ == kMost) {
      finds_[count_ - 1] = {{finds_[count_ - 1].range.begin, text_size}, PrivacyAction::kMask};
    } else {
      finds_[count_++] = find;
    }
  }
  void clear() noexcept { count_ = 0; }

 private:
  std::array<Find, kMost> finds_;
  std::size_t count_ = 0;
};

}  // namespace container_kit::telemetry::privacy
