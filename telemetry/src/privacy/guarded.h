// What becomes of an attribute and of a text on their way into the bytes.
//
// Both are views of what the caller has, made for the length of one call, and cost nothing but a branch where
// there is no filter.
#pragma once

#include <string_view>

#include <container_kit/telemetry/attribute.h>

#include "privacy/filter.h"

namespace container_kit::telemetry::privacy {

// An attribute as it is stored: as it is, or with another value.
class GuardedAttribute {
 public:
  GuardedAttribute(const Filter* filter, const Attribute& attribute) noexcept : attribute_(attribute) {
    if (filter != nullptr) apply(*filter);
  }
  GuardedAttribute(const GuardedAttribute&) = delete;
  GuardedAttribute& operator=(const GuardedAttribute&) = delete;

  bool is_dropped() const noexcept { return dropped_; }
  const Attribute& get() const noexcept { return attribute_; }
  // Whether the value is another, or the attribute dropped. Texts inside are another matter.
  bool is_changed() const noexcept { return changed_; }
  // For the texts in its value; null: they are as they are to be.
  const Filter* inside() const noexcept { return inside_; }
  // Counts what was done. Once for each attribute that is stored, or dropped.
  void count() const noexcept {
    if (changed_) filter_->count(action_);
  }

 private:
  void apply(const Filter& filter) noexcept;

  Attribute attribute_;
  const Filter* filter_ = nullptr;
  const Filter* inside_ = nullptr;
  PrivacyAction action_ = PrivacyAction::kMask;
  bool changed_ = false;
  bool dropped_ = false;
  HashText hash_{};
};

// A text as it is stored: pieces of the text itself, and what stands for the parts that were found.
class GuardedText {
 public:
  // Of a text that is cut at `limit` later: what begins before that is found whole.
  GuardedText(const Filter* filter, std::string_view text, std::size_t limit) noexcept;

  bool is_changed() const noexcept { return !finds_.empty(); }
  const Finds& finds() const noexcept { return finds_; }

  // Calls `visit` with each piece, in order.
  template <typename Visit>
  void for_each_piece(Visit&& visit) const noexcept {
    std::size_t at = 0;
    for (const Find& find : finds_.all()) {
      if (find.range.begin > at) visit(text_.substr(at, find.range.begin - at));
      if (find.action == PrivacyAction::kHash) {
        const HashText hash =
            filter_->hash(text_.substr(find.range.begin, find.range.end - find.range.begin));
        visit(std::string_view(hash.data(), hash.size()));
      } else {
        visit(kMasked);
      }
      at = find.range.end;
    }
    if (at < text_.size()) visit(text_.substr(at));
  }

 private:
  std::string_view text_;
  const Filter* filter_;
  Finds finds_;
};

// The text as it is to be stored, as a string of its own: for what is made once. Counts.
std::string guarded(const Filter* filter, std::string_view text);

}  // namespace container_kit::telemetry::privacy
