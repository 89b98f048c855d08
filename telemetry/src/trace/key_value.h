// Attributes as OTLP KeyValue messages. The scalar attributes of everyday are written by one straight line;
// whatever else there may be (long, nested, not UTF-8, over a limit) by put_any_key_value.
//
// Bytes are written where the caller has made room for bound_of() of them.
#pragma once

#include <container_kit/telemetry/attribute.h>

#include "base/bytes.h"
#include "trace/limits.h"

namespace container_kit::telemetry::trace {

// Texts up to this length have one-byte lengths all the way up to the KeyValue.
constexpr std::size_t kShortText = 100;

std::size_t bound_of_any(const Attribute& attribute, const Limits& limits) noexcept;
std::uint8_t* put_any_key_value(std::uint8_t* out, std::uint8_t tag, const Attribute& attribute,
                                const Limits& limits) noexcept;

// A length-delimited text field, made valid UTF-8 and cut at `limit` bytes.
std::size_t bound_of_text(std::string_view text, std::size_t limit) noexcept;
std::uint8_t* put_text_field(std::uint8_t* out, std::uint8_t tag, std::string_view text,
                             std::size_t limit) noexcept;

// Sum of `text` lengths that are short together.
inline bool is_short(const Attribute& attribute) noexcept {
  const bool is_text = attribute.value.type() == AttributeValue::Type::kString;
  return attribute.key.size() + (is_text ? attribute.value.as_string().size() : 0) <= kShortText;
}

// How many bytes the attribute may take. Three for one: a byte that is not UTF-8 becomes U+FFFD.
inline std::size_t bound_of(const Attribute& attribute, const Limits& limits) noexcept {
  using Type = AttributeValue::Type;
  const Type type = attribute.value.type();
  if (type <= Type::kDouble && is_short(attribute)) return 32 + 3 * kShortText;
  return bound_of_any(attribute, limits);
}

// The straight line for short scalars: writes up to kShortOverhead bytes beside the texts. Null, with nothing
// written that counts, where a text is not ASCII.
constexpr std::size_t kShortOverhead = 24;
inline std::uint8_t* put_short_key_value(std::uint8_t* out, std::uint8_t tag,
                                         const Attribute& attribute) noexcept {
  using Type = AttributeValue::Type;
  const AttributeValue& value = attribute.value;
  const std::size_t key_size = attribute.key.size();
  out[0] = tag;
  out[2] = 0x0A;
  out[3] = static_cast<std::uint8_t>(key_size);
  bool ascii = base::copy_text(out + 4, attribute.key.data(), key_size);
  std::uint8_t* const any = out + 4 + key_size;  // 0x12, length, AnyValue
  any[0] = 0x12;
  std::uint8_t* end = any;
  if (value.type() == Type::kString) {
    const std::string_view text = value.as_string();
    any[2] = 0x0A;
    any[3] = static_cast<std::uint8_t>(text.size());
    ascii = base::copy_text(any + 4, text.data(), text.size()) && ascii;
    end = any + 4 + text.size();
  } else if (value.type() == Type::kInt) {
    any[2] = 0x18;
    end = base::put_varint(any + 3, static_cast<std::uint64_t>(value.as_int()));
  } else if (value.type() == Type::kBool) {
    any[2] = 0x10;
    any[3] = value.as_bool() ? 1 : 0;
    end = any + 4;
  } else {
    any[2] = 0x21;
    end = base::put_fixed(any + 3, value.as_double());
  }
  any[1] = static_cast<std::uint8_t>(end - any - 2);
  out[1] = static_cast<std::uint8_t>(end - out - 2);
  return ascii ? end : nullptr;
}

// Whether put_short_key_value can write the attribute, if no limit is shorter than kShortText. Empty keys are
// no attributes.
inline bool is_short_scalar(const Attribute& attribute) noexcept {
  using Type = AttributeValue::Type;
  const Type type = attribute.value.type();
  return type != Type::kEmpty && type <= Type::kDouble && is_short(attribute) && !attribute.key.empty();
}

// KeyValue{1: key, 2: AnyValue} as the field `tag`. Returns the end of what was written.
inline std::uint8_t* put_key_value(std::uint8_t* out, std::uint8_t tag, const Attribute& attribute,
                                   const Limits& limits) noexcept {
  if (is_short_scalar(attribute) && limits.value_bytes >= kShortText) [[likely]] {
    if (std::uint8_t* const end = put_short_key_value(out, tag, attribute)) return end;
  }
  return put_any_key_value(out, tag, attribute, limits);
}

}  // namespace container_kit::telemetry::trace
