#include "trace/key_value.h"

#include <algorithm>

#include "base/utf8.h"
#include "trace/flight_layout.h"

namespace container_kit::telemetry::trace {
namespace {

using base::put_fixed;
using base::put_varint;
using base::varint_size;
using Type = AttributeValue::Type;

// A text as it will stand on the wire: cut at the limit, and whether it must be made valid on the way.
class WireText {
 public:
  WireText(std::string_view text, std::size_t limit) noexcept
      : text_(base::truncate_utf8(text, limit)), valid_(base::is_valid_utf8(text_)) {
    size_ = text_.size();
    if (!valid_) size_ = base::sanitized_utf8_size(text_, limit);
  }
  std::size_t size() const noexcept { return size_; }
  std::uint8_t* put(std::uint8_t* out) const noexcept {
    if (!valid_) return out + base::sanitize_utf8(text_, out, size_);
    if (!text_.empty()) std::memcpy(out, text_.data(), text_.size());
    return out + text_.size();
  }

 private:
  std::string_view text_;
  bool valid_;
  std::size_t size_;
};

std::size_t length_delimited(std::size_t size) noexcept {
  return 1 + varint_size(size) + size;
}

// What is larger has no room in a span. Adding up stops there, since views may name each other over and over.
constexpr std::size_t kTooLarge = kLargeBlock;

// The depth of the values in an array (AnyValue, ArrayValue, AnyValue) and in a map (one more: KeyValue).
constexpr int kArrayDepth = 2;
constexpr int kMapDepth = 3;

bool is_too_deep(int depth) noexcept {
  return depth + kMapDepth > kMaxMessageDepth;
}

// At `depth`, counted in messages. A value that is too deep is left empty.
std::size_t any_value_size(const AttributeValue& value, const Limits& limits, int depth) noexcept;

std::size_t key_value_size(const Attribute& attribute, const Limits& limits, int depth) noexcept {
  return length_delimited(WireText(attribute.key, kMaxKeyBytes).size()) +
         length_delimited(any_value_size(attribute.value, limits, depth));
}

// Each element of an array or map, with its tag and length.
std::size_t elements_size(const AttributeValue& value, const Limits& limits, int depth) noexcept {
  std::size_t size = 0;
  const auto add = [&](const AttributeValue& element) {
    size += length_delimited(any_value_size(element, limits, depth + kArrayDepth));
    return size <= kTooLarge;
  };
  switch (value.type()) {
    case Type::kBoolArray:
      return value.as_array<bool>().size() * length_delimited(2);
    case Type::kDoubleArray:
      return value.as_array<double>().size() * length_delimited(9);
    case Type::kIntArray:
      for (const std::int64_t element : value.as_array<std::int64_t>()) {
        if (!add(element)) break;
      }
      return size;
    case Type::kStringArray:
      for (const std::string_view element : value.as_array<std::string_view>()) {
        if (!add(element)) break;
      }
      return size;
    case Type::kArray:
      for (const AttributeValue& element : value.as_array<AttributeValue>()) {
        if (!add(element)) break;
      }
      return size;
    default:
      for (const Attribute& entry : value.as_map()) {
        size += length_delimited(key_value_size(entry, limits, depth + kMapDepth));
        if (size > kTooLarge) break;
      }
      return size;
  }
}

// AnyValue: 1 string, 2 bool, 3 int, 4 double, 5 array, 6 kvlist, 7 bytes.
std::size_t any_value_size(const AttributeValue& value, const Limits& limits, int depth) noexcept {
  switch (value.type()) {
    case Type::kEmpty:
      return 0;
    case Type::kString:
      return length_delimited(WireText(value.as_string(), limits.value_bytes).size());
    case Type::kBool:
      return 2;
    case Type::kInt:
      return 1 + varint_size(static_cast<std::uint64_t>(value.as_int()));
    case Type::kDouble:
      return 9;
    case Type::kBytes:
      return length_delimited(std::min(value.as_bytes().size(), limits.value_bytes));
    default:
      return is_too_deep(depth) ? 0 : length_delimited(elements_size(value, limits, depth));
  }
}

std::uint8_t* put_any_value(std::uint8_t* out, const AttributeValue& value, const Limits& limits,
                            int depth) noexcept;

std::uint8_t* put_header(std::uint8_t* out, std::uint8_t tag, std::size_t size) noexcept {
  *out++ = tag;
  return put_varint(out, size);
}

std::uint8_t* put_element(std::uint8_t* out, const AttributeValue& element, const Limits& limits,
                          int depth) noexcept {
  out = put_header(out, 0x0A, any_value_size(element, limits, depth));
  return put_any_value(out, element, limits, depth);
}

std::uint8_t* put_text(std::uint8_t* out, std::uint8_t tag, const WireText& text) noexcept {
  return text.put(put_header(out, tag, text.size()));
}

std::uint8_t* put_key_value_body(std::uint8_t* out, const Attribute& attribute, const Limits& limits,
                                 int depth) noexcept {
  out = put_text(out, 0x0A, WireText(attribute.key, kMaxKeyBytes));
  out = put_header(out, 0x12, any_value_size(attribute.value, limits, depth));
  return put_any_value(out, attribute.value, limits, depth);
}

std::uint8_t* put_elements(std::uint8_t* out, const AttributeValue& value, const Limits& limits,
                           int depth) noexcept {
  const int inner = depth + (value.type() == Type::kMap ? kMapDepth : kArrayDepth);
  switch (value.type()) {
    case Type::kBoolArray:
      for (const bool element : value.as_array<bool>()) out = put_element(out, element, limits, inner);
      return out;
    case Type::kIntArray:
      for (const std::int64_t element : value.as_array<std::int64_t>())
        out = put_element(out, element, limits, inner);
      return out;
    case Type::kDoubleArray:
      for (const double element : value.as_array<double>()) out = put_element(out, element, limits, inner);
      return out;
    case Type::kStringArray:
      for (const std::string_view element : value.as_array<std::string_view>()) {
        out = put_element(out, element, limits, inner);
      }
      return out;
    case Type::kArray:
      for (const AttributeValue& element : value.as_array<AttributeValue>()) {
        out = put_element(out, element, limits, inner);
      }
      return out;
    default:
      for (const Attribute& entry : value.as_map()) {
        out = put_header(out, 0x0A, key_value_size(entry, limits, inner));
        out = put_key_value_body(out, entry, limits, inner);
      }
      return out;
  }
}

std::uint8_t* put_any_value(std::uint8_t* out, const AttributeValue& value, const Limits& limits,
                            int depth) noexcept {
  switch (value.type()) {
    case Type::kEmpty:
      return out;
    case Type::kString:
      return put_text(out, 0x0A, WireText(value.as_string(), limits.value_bytes));
    case Type::kBool:
      *out++ = 0x10;
      *out++ = value.as_bool() ? 1 : 0;
      return out;
    case Type::kInt:
      *out++ = 0x18;
      return put_varint(out, static_cast<std::uint64_t>(value.as_int()));
    case Type::kDouble:
      *out++ = 0x21;
      return put_fixed(out, value.as_double());
    case Type::kBytes: {
      const std::size_t size = std::min(value.as_bytes().size(), limits.value_bytes);
      out = put_header(out, 0x3A, size);
      if (size > 0) std::memcpy(out, value.as_bytes().data(), size);
      return out + size;
    }
    default:
      if (is_too_deep(depth)) return out;
      out = put_header(out, value.type() == Type::kMap ? 0x32 : 0x2A, elements_size(value, limits, depth));
      return put_elements(out, value, limits, depth);
  }
}

}  // namespace

WireKey::WireKey(std::string_view key) noexcept : text_(key) {
  if (changes(key)) {
    text_ = {reinterpret_cast<const char*>(buffer_), base::sanitize_utf8(key, buffer_, sizeof buffer_)};
  }
}

bool WireKey::changes(std::string_view key) noexcept {
  return key.size() > kMaxKeyBytes || !base::is_valid_utf8(key);
}

std::size_t bound_of_text(std::string_view text, std::size_t limit) noexcept {
  return length_delimited(WireText(text, limit).size());
}

std::uint8_t* put_text_field(std::uint8_t* out, std::uint8_t tag, std::string_view text,
                             std::size_t limit) noexcept {
  return put_text(out, tag, WireText(text, limit));
}

std::size_t bound_of_any(const Attribute& attribute, const Limits& limits) noexcept {
  return length_delimited(key_value_size(attribute, limits, kValueMessageDepth));
}

std::uint8_t* put_any_key_value(std::uint8_t* out, std::uint8_t tag, const Attribute& attribute,
                                const Limits& limits) noexcept {
  out = put_header(out, tag, key_value_size(attribute, limits, kValueMessageDepth));
  return put_key_value_body(out, attribute, limits, kValueMessageDepth);
}

}  // namespace container_kit::telemetry::trace
