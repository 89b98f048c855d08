#include "privacy/guarded.h"

#include <algorithm>

namespace container_kit::telemetry::privacy {
namespace {

// How far behind the limit a text is looked at, so that what is cut there is known for what it is.
constexpr std::size_t kBeyondLimit = 1024;

}  // namespace

void GuardedAttribute::apply(const Filter& filter) noexcept {
  filter_ = &filter;
  Verdict verdict = filter.judge(attribute_);
  const bool is_number = attribute_.value.type() == AttributeValue::Type::kInt;
  if (verdict == Verdict::kScan && is_number && filter.is_card(attribute_.value.as_int())) {
    verdict = filter.card_verdict();
  }
  switch (verdict) {
    case Verdict::kDrop:
      action_ = PrivacyAction::kDrop;
      changed_ = dropped_ = true;
      return;
    case Verdict::kMask:
      attribute_.value = kMasked;
      changed_ = true;
      return;
    case Verdict::kHash:
      hash_ = filter.hash(attribute_.value);
      attribute_.value = std::string_view(hash_.data(), hash_.size());
      action_ = PrivacyAction::kHash;
      changed_ = true;
      return;
    default:
      inside_ = verdict == Verdict::kScan ? &filter : nullptr;
  }
}

GuardedText::GuardedText(const Filter* filter, std::string_view text, std::size_t limit) noexcept
    : text_(text), filter_(filter) {
  if (filter == nullptr) return;
  text_ = text.substr(0, limit + std::min(kBeyondLimit, SIZE_MAX - limit));
  filter->find(text_, finds_);
}

std::string guarded(const Filter* filter, std::string_view text) {
  const GuardedText guarded_text(filter, text, text.size());
  std::string out;
  guarded_text.for_each_piece([&out](std::string_view piece) { out.append(piece); });
  if (filter != nullptr) filter->count(guarded_text.finds());
  return out;
}

}  // namespace container_kit::telemetry::privacy
