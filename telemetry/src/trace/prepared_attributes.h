// PreparedAttributes: attributes in the form that they have in a span, for operations that begin with the
// same ones each time. To begin a span with them is one copy.
//
// Thread safety: immutable once made.
#pragma once

#include <array>

#include <container_kit/telemetry/attribute.h>

#include "trace/flight_layout.h"
#include "trace/key_value.h"

namespace container_kit::telemetry::trace {

class PreparedAttributes {
 public:
  // Holds none, and is_usable() is false, where one of them is not everyday's (put_short_key_value), where a
  // key may be there twice, where the filter has a say in one, or where they are more than fit.
  explicit PreparedAttributes(Attributes attributes, const privacy::Filter* filter = nullptr) noexcept {
    std::uint8_t* out = bytes_.data();
    keys_.clear();
    for (const Attribute& attribute : attributes) {
      std::uint64_t hash = 0;
      if (filter != nullptr && !is_let_through(*filter, attribute)) return;
      const auto used = static_cast<std::size_t>(out - bytes_.data());
      if (used + kMostOfShort > kMost) return;
      out = put_short_key_value(out, kTagAttribute, attribute, hash);
      if (out == nullptr || keys_.may_have(hash)) return;
      keys_.add(hash);
    }
    size_ = static_cast<std::uint32_t>(out - bytes_.data());
    count_ = static_cast<std::uint16_t>(attributes.size());
  }

  bool is_usable() const noexcept { return count_ > 0; }
  // With base::kCopySlack readable bytes behind them.
  const std::uint8_t* bytes() const noexcept { return bytes_.data(); }
  std::uint32_t size() const noexcept { return size_; }
  std::uint16_t count() const noexcept { return count_; }
  const KeyFilter& keys() const noexcept { return keys_; }

 private:
  // Whether nothing is to be found in it, however long that takes to find out: it is asked once.
  static bool is_let_through(const privacy::Filter& filter, const Attribute& attribute) noexcept {
    const privacy::Verdict verdict = filter.judge(attribute);
    if (verdict != privacy::Verdict::kScan) return verdict == privacy::Verdict::kKeep;
    if (attribute.value.type() != AttributeValue::Type::kString) return filter.passes(attribute);
    privacy::Finds finds;
    filter.find(attribute.value.as_string(), finds);
    return finds.empty();
  }

  static constexpr std::size_t kMost = 448;
  std::array<std::uint8_t, kMost + base::kCopySlack> bytes_{};
  std::uint32_t size_ = 0;
  std::uint16_t count_ = 0;
  KeyFilter keys_;
};

}  // namespace container_kit::telemetry::trace
