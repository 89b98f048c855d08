// Attributes as OTLP KeyValue messages. The scalar attributes of everyday are written by one straight line;
// whatever else there may be (long, nested, not UTF-8, over a limit) by put_any_key_value.
//
// Bytes are written where the caller has made room for bound_of() of them.
#pragma once

#include <container_kit/telemetry/attribute.h>

#include "base/bytes.h"
#include "privacy/filter.h"
#include "trace/key_filter.h"
#include "trace/limits.h"

namespace container_kit::telemetry::trace {

// Texts up to this length are short: two of them have one-byte lengths all the way up to the KeyValue.
constexpr std::size_t kShortText = 48;
constexpr std::size_t kMostOfShort = 32 + 3 * 2 * kShortText;

std::size_t bound_of_any(const Attribute& attribute, const Limits& limits) noexcept;
std::uint8_t* put_any_key_value(std::uint8_t* out, std::uint8_t tag, const Attribute& attribute,
                                const Limits& limits) noexcept;

// Whether the attribute must not be stored at all; counts it then.
bool drops(const Attribute& attribute, const Limits& limits) noexcept;

// A length-delimited text field, made valid UTF-8 and cut at `limit` bytes; what the filter finds is
// replaced.
std::size_t bound_of_text(std::string_view text, std::size_t limit,
                          const privacy::Filter* filter = nullptr) noexcept;
std::uint8_t* put_text_field(std::uint8_t* out, std::uint8_t tag, std::string_view text, std::size_t limit,
                             const privacy::Filter* filter = nullptr) noexcept;

// A key as it stands on the wire: valid UTF-8, and cut where it is too long. Two keys may become one by that.
class WireKey {
 public:
  explicit WireKey(std::string_view key) noexcept;
  WireKey(const WireKey&) = delete;
  WireKey& operator=(const WireKey&) = delete;
  std::string_view text() const noexcept { return text_; }
  static bool changes(std::string_view key) noexcept;

 private:
  std::string_view text_;  // the key itself, or in the buffer
  std::uint8_t buffer_[kMaxKeyBytes];
};

// How many bytes the attribute may take. Three for one: a byte that is not UTF-8 becomes U+FFFD. With a
// filter, twice that: `pw=abc` may become `pw=` and a hash.
inline std::size_t bound_of(const Attribute& attribute, const Limits& limits) noexcept {
  using Type = AttributeValue::Type;
  const Type type = attribute.value.type();
  const bool is_text = type == Type::kString;
  const bool is_short =
      attribute.key.size() <= kShortText && (!is_text || attribute.value.as_string().size() <= kShortText);
  if (type <= Type::kDouble && is_short) return limits.privacy == nullptr ? kMostOfShort : 2 * kMostOfShort;
  return bound_of_any(attribute, limits);
}

// Two tags with their lengths, or with what else stands there, as one store.
inline void put_four(std::uint8_t* out, std::size_t first, std::size_t second, std::size_t third,
                     std::size_t fourth) noexcept {
  base::put_fixed(out, static_cast<std::uint32_t>(first | second << 8U | third << 16U | fourth << 24U));
}

// The straight line for everyday's attributes: a short key, not empty, and a number, a bool or a short text,
// all of it ASCII. Null, with nothing written that counts, for any other. Writes at most kMostOfShort bytes.
// `key_hash` tells keys apart, all but some.
inline std::uint8_t* put_short_key_value(std::uint8_t* out, std::uint8_t tag, const Attribute& attribute,
                                         std::uint64_t& key_hash) noexcept {
  using Type = AttributeValue::Type;
  const AttributeValue& value = attribute.value;
  const std::size_t key_size = attribute.key.size();
  if (key_size - 1 >= kShortText) [[unlikely]] {
    return nullptr;
  }
  const base::TextSeen key = base::pass_text(out + 4, attribute.key.data(), key_size);
  key_hash = KeyFilter::hash(key.mixed, key_size);
  std::uint64_t bits = key.bits;
  std::uint8_t* const any = out + 4 + key_size;  // AnyValue's field
  std::uint8_t* end = any + 4;
  if (value.type() == Type::kString) {
    const std::string_view text = value.as_string();
    if (text.size() > kShortText) [[unlikely]] {
      return nullptr;
    }
    put_four(any, 0x12, text.size() + 2, 0x0A, text.size());
    bits |= base::pass_text(end, text.data(), text.size()).bits;
    end += text.size();
  } else if (value.type() == Type::kInt) {
    const auto number = static_cast<std::uint64_t>(value.as_int());
    any[2] = 0x18;
    end = base::put_varint(any + 3, number);
    base::put_fixed(any, static_cast<std::uint16_t>(0x12 | (end - any - 2) << 8U));
  } else if (value.type() == Type::kBool) {
    put_four(any, 0x12, 2, 0x10, value.as_bool() ? 1 : 0);
  } else if (value.type() == Type::kDouble) {
    put_four(any, 0x12, 9, 0x21, 0);
    end = base::put_fixed(any + 3, value.as_double());
  } else {
    return nullptr;
  }
  put_four(out, tag, static_cast<std::size_t>(end - out - 2), 0x0A, key_size);
  return (bits & base::kHighBits) == 0 ? end : nullptr;
}

// Whether put_short_key_value may be given the attribute: no limit is short, and no filter has a say.
inline bool is_straight(const Attribute& attribute, const Limits& limits) noexcept {
  return limits.value_bytes >= kShortText && (limits.privacy == nullptr || limits.privacy->passes(attribute));
}

// KeyValue{1: key, 2: AnyValue} as the field `tag`. Returns the end of what was written.
inline std::uint8_t* put_key_value(std::uint8_t* out, std::uint8_t tag, const Attribute& attribute,
                                   const Limits& limits) noexcept {
  if (is_straight(attribute, limits)) [[likely]] {
    std::uint64_t ignored = 0;
    if (std::uint8_t* const end = put_short_key_value(out, tag, attribute, ignored)) return end;
  }
  return put_any_key_value(out, tag, attribute, limits);
}

}  // namespace container_kit::telemetry::trace
