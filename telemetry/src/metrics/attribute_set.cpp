#include "metrics/attribute_set.h"

#include <algorithm>

#include "metrics/attribute_json.h"
#include "privacy/guarded.h"

namespace container_kit::telemetry::metrics {

std::size_t PackedSet::packed_size(Attributes attributes) noexcept {
  std::size_t size = 0;
  for (const Attribute& attribute : attributes) {
    const Head head = head_of(attribute);
    size += sizeof(Head) + head.key_size + head.value_size();
  }
  return size;
}

void PackedSet::pack(Attributes attributes, char* out) noexcept {
  for (const Attribute& attribute : attributes) {
    const Head head = head_of(attribute);
    std::memcpy(out, &head, sizeof head);
    out = std::copy(attribute.key.begin(), attribute.key.end(), out + sizeof head);
    if (attribute.value.type() == AttributeValue::Type::kString) {
      const std::string_view text = attribute.value.as_string();
      out = std::copy(text.begin(), text.end(), out);
    } else {
      const std::uint64_t bits = scalar_bits(attribute.value);
      std::memcpy(out, &bits, sizeof bits);
      out += sizeof bits;
    }
  }
}

Attribute PackedSet::decode(const char*& at) noexcept {
  const Head head = load_bytes<Head>(at);
  const std::string_view key(at + sizeof head, head.key_size);
  const char* value = at + sizeof head + head.key_size;
  at = value + head.value_size();
  switch (static_cast<AttributeValue::Type>(head.value & 15U)) {
    case AttributeValue::Type::kBool:
      return {key, load_bytes<std::uint64_t>(value) != 0};
    case AttributeValue::Type::kInt:
      return {key, load_bytes<std::int64_t>(value)};
    case AttributeValue::Type::kDouble:
      return {key, load_bytes<double>(value)};
    default:
      return {key, std::string_view(value, head.value_size())};
  }
}

bool KeyFilter::keeps(std::string_view key) const noexcept {
  if (mode == Mode::kAll) return true;
  const bool listed = std::binary_search(keys.begin(), keys.end(), key);
  return listed == (mode == Mode::kKeep);
}

void CanonicalSet::assign(Attributes attributes, const KeyFilter& filter, const privacy::Filter* privacy) {
  attributes_.clear();
  texts_.clear();
  texts_.reserve(attributes.size());  // the views below must not move
  guarded_ = false;
  for (const Attribute& attribute : attributes) {
    if (!filter.keeps(attribute.key) || attribute.value.type() == AttributeValue::Type::kEmpty) continue;
    if (privacy != nullptr && !privacy->passes(attribute)) {
      add(attribute, privacy);
    } else {
      add(attribute, nullptr);
    }
  }
  std::stable_sort(attributes_.begin(), attributes_.end(),
                   [](const Attribute& a, const Attribute& b) { return a.key < b.key; });
  // Of equal keys the last one given counts: walk backwards, keep the first seen.
  const auto kept = std::unique(attributes_.rbegin(), attributes_.rend(),
                                [](const Attribute& a, const Attribute& b) { return a.key == b.key; });
  attributes_.erase(attributes_.begin(), kept.base());
}

void CanonicalSet::add(const Attribute& attribute, const privacy::Filter* privacy) {
  constexpr std::size_t kMaxText = 1U << 27U;  // so that a size fits its packed word
  const privacy::GuardedAttribute guarded(privacy, attribute);
  guarded.count();
  guarded_ = guarded_ || guarded.is_changed();
  if (guarded.is_dropped()) return;
  Attribute& kept = attributes_.emplace_back(guarded.get());
  std::string text;
  if (!is_plain(kept.value.type())) {
    text = to_json(kept.value);
  } else if (kept.value.type() == AttributeValue::Type::kString) {
    kept.value = kept.value.as_string().substr(0, kMaxText);
    if (privacy == nullptr) return;
    text = kept.value.as_string();
  } else {
    return;
  }
  std::string safe = privacy::guarded(guarded.inside(), text);
  guarded_ = guarded_ || safe != text;
  kept.value = std::string_view(texts_.emplace_back(std::move(safe)));
}

}  // namespace container_kit::telemetry::metrics
