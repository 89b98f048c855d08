#include "trace/key_value.h"

#include <algorithm>

#include "base/utf8.h"
#include "privacy/guarded.h"
#include "trace/flight_layout.h"

namespace container_kit::telemetry::trace {
namespace {

using base::put_fixed;
using base::put_varint;
using base::varint_size;
using Type = AttributeValue::Type;

// How the values of one attribute are written.
struct ValueForm {
  std::size_t most_bytes;
  const privacy::Filter* filter;  // for the texts and keys inside; null: they are written as they are
};

enum class Encoding : bool { kUtf8, kBytes };

// Puts pieces of text behind each other, each made valid, up to a limit; without `out`, adds up their sizes.
struct PieceWriter {
  std::uint8_t* out;
  std::size_t most;
  Encoding encoding;
  std::size_t size = 0;
  bool full = false;

  void operator()(std::string_view piece) noexcept {
    if (full) return;
    const std::size_t room = most - size;
    const bool is_text = encoding == Encoding::kUtf8;
    const std::string_view text = is_text ? base::truncate_utf8(piece, room) : piece.substr(0, room);
    full = text.size() < piece.size();
    if (is_text && !base::is_valid_utf8(text)) {
      size += out != nullptr ? base::sanitize_utf8(text, out + size, room)
                             : base::sanitized_utf8_size(text, room);
      return;
    }
    if (out != nullptr && !text.empty()) std::memcpy(out + size, text.data(), text.size());
    size += text.size();
  }
};

// A text as it will stand on the wire: what must not be in it replaced, cut at the limit, and made valid on
// the way.
class WireText {
 public:
  WireText(std::string_view text, const ValueForm& form, Encoding encoding = Encoding::kUtf8) noexcept
      : text_(encoding == Encoding::kUtf8 ? base::truncate_utf8(text, form.most_bytes)
                                          : text.substr(0, form.most_bytes)),
        valid_(encoding == Encoding::kBytes || base::is_valid_utf8(text_)),
        encoding_(encoding),
        form_(form),
        size_(text_.size()),
        guarded_(form.filter, text, form.most_bytes) {
    if (guarded_.is_changed()) [[unlikely]] {
      size_ = put_pieces(nullptr);
    } else if (!valid_) {
      size_ = base::sanitized_utf8_size(text_, form.most_bytes);
    }
  }
  std::size_t size() const noexcept { return size_; }
  std::uint8_t* put(std::uint8_t* out) const noexcept {
    if (guarded_.is_changed()) [[unlikely]] {
      form_.filter->count(guarded_.finds());
      return out + put_pieces(out);
    }
    if (!valid_) return out + base::sanitize_utf8(text_, out, size_);
    if (!text_.empty()) std::memcpy(out, text_.data(), text_.size());
    return out + text_.size();
  }

 private:
  // NOLINTNEXTLINE(readability-non-const-parameter): it is written to, by the writer
  std::size_t put_pieces(std::uint8_t* out) const noexcept {
    PieceWriter writer{out, form_.most_bytes, encoding_};
    guarded_.for_each_piece([&writer](std::string_view piece) { writer(piece); });
    return writer.size;
  }

  std::string_view text_;
  bool valid_;
  Encoding encoding_;
  ValueForm form_;
  std::size_t size_;
  privacy::GuardedText guarded_;
};

constexpr ValueForm kKeyForm{kMaxKeyBytes, nullptr};

std::string_view text_of_bytes(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

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

// A number in an array or a map that is a card's.
bool is_card(const AttributeValue& value, const ValueForm& form) noexcept {
  return form.filter != nullptr && form.filter->is_card(value.as_int());
}

// At `depth`, counted in messages. A value that is too deep is left empty.
std::size_t any_value_size(const AttributeValue& value, const ValueForm& form, int depth) noexcept;

std::size_t key_value_size(const Attribute& attribute, const ValueForm& form, int depth) noexcept {
  return length_delimited(WireText(attribute.key, kKeyForm).size()) +
         length_delimited(any_value_size(attribute.value, form, depth));
}

// Each element of an array or map, with its tag and length.
std::size_t elements_size(const AttributeValue& value, const ValueForm& form, int depth) noexcept {
  std::size_t size = 0;
  const auto add = [&](const AttributeValue& element) {
    size += length_delimited(any_value_size(element, form, depth + kArrayDepth));
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
        const privacy::GuardedAttribute guarded(form.filter, entry);
        if (guarded.is_dropped()) continue;
        const ValueForm inside{form.most_bytes, guarded.inside()};
        size += length_delimited(key_value_size(guarded.get(), inside, depth + kMapDepth));
        if (size > kTooLarge) break;
      }
      return size;
  }
}

// AnyValue: 1 string, 2 bool, 3 int, 4 double, 5 array, 6 kvlist, 7 bytes.
std::size_t any_value_size(const AttributeValue& value, const ValueForm& form, int depth) noexcept {
  switch (value.type()) {
    case Type::kEmpty:
      return 0;
    case Type::kString:
      return length_delimited(WireText(value.as_string(), form).size());
    case Type::kBool:
      return 2;
    case Type::kInt:
      if (is_card(value, form)) return length_delimited(privacy::kMasked.size());
      return 1 + varint_size(static_cast<std::uint64_t>(value.as_int()));
    case Type::kDouble:
      return 9;
    case Type::kBytes:
      return length_delimited(WireText(text_of_bytes(value.as_bytes()), form, Encoding::kBytes).size());
    default:
      return is_too_deep(depth) ? 0 : length_delimited(elements_size(value, form, depth));
  }
}

std::uint8_t* put_any_value(std::uint8_t* out, const AttributeValue& value, const ValueForm& form,
                            int depth) noexcept;

std::uint8_t* put_header(std::uint8_t* out, std::uint8_t tag, std::size_t size) noexcept {
  *out++ = tag;
  return put_varint(out, size);
}

std::uint8_t* put_element(std::uint8_t* out, const AttributeValue& element, const ValueForm& form,
                          int depth) noexcept {
  out = put_header(out, 0x0A, any_value_size(element, form, depth));
  return put_any_value(out, element, form, depth);
}

std::uint8_t* put_text(std::uint8_t* out, std::uint8_t tag, const WireText& text) noexcept {
  return text.put(put_header(out, tag, text.size()));
}

std::uint8_t* put_key_value_body(std::uint8_t* out, const Attribute& attribute, const ValueForm& form,
                                 int depth) noexcept {
  out = put_text(out, 0x0A, WireText(attribute.key, kKeyForm));
  out = put_header(out, 0x12, any_value_size(attribute.value, form, depth));
  return put_any_value(out, attribute.value, form, depth);
}

std::uint8_t* put_elements(std::uint8_t* out, const AttributeValue& value, const ValueForm& form,
                           int depth) noexcept {
  const int inner = depth + (value.type() == Type::kMap ? kMapDepth : kArrayDepth);
  switch (value.type()) {
    case Type::kBoolArray:
      for (const bool element : value.as_array<bool>()) out = put_element(out, element, form, inner);
      return out;
    case Type::kIntArray:
      for (const std::int64_t element : value.as_array<std::int64_t>())
        out = put_element(out, element, form, inner);
      return out;
    case Type::kDoubleArray:
      for (const double element : value.as_array<double>()) out = put_element(out, element, form, inner);
      return out;
    case Type::kStringArray:
      for (const std::string_view element : value.as_array<std::string_view>()) {
        out = put_element(out, element, form, inner);
      }
      return out;
    case Type::kArray:
      for (const AttributeValue& element : value.as_array<AttributeValue>()) {
        out = put_element(out, element, form, inner);
      }
      return out;
    default:
      for (const Attribute& entry : value.as_map()) {
        const privacy::GuardedAttribute guarded(form.filter, entry);
        guarded.count();
        if (guarded.is_dropped()) continue;
        const ValueForm inside{form.most_bytes, guarded.inside()};
        out = put_header(out, 0x0A, key_value_size(guarded.get(), inside, inner));
        out = put_key_value_body(out, guarded.get(), inside, inner);
      }
      return out;
  }
}

std::uint8_t* put_any_value(std::uint8_t* out, const AttributeValue& value, const ValueForm& form,
                            int depth) noexcept {
  switch (value.type()) {
    case Type::kEmpty:
      return out;
    case Type::kString:
      return put_text(out, 0x0A, WireText(value.as_string(), form));
    case Type::kBool:
      *out++ = 0x10;
      *out++ = value.as_bool() ? 1 : 0;
      return out;
    case Type::kInt:
      if (is_card(value, form)) {
        form.filter->count(PrivacyAction::kMask);
        return put_text(out, 0x0A, WireText(privacy::kMasked, kKeyForm));
      }
      *out++ = 0x18;
      return put_varint(out, static_cast<std::uint64_t>(value.as_int()));
    case Type::kDouble:
      *out++ = 0x21;
      return put_fixed(out, value.as_double());
    case Type::kBytes:
      return put_text(out, 0x3A, WireText(text_of_bytes(value.as_bytes()), form, Encoding::kBytes));
    default:
      if (is_too_deep(depth)) return out;
      out = put_header(out, value.type() == Type::kMap ? 0x32 : 0x2A, elements_size(value, form, depth));
      return put_elements(out, value, form, depth);
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

std::size_t bound_of_text(std::string_view text, std::size_t limit, const privacy::Filter* filter) noexcept {
  return length_delimited(WireText(text, {limit, filter}).size());
}

std::uint8_t* put_text_field(std::uint8_t* out, std::uint8_t tag, std::string_view text, std::size_t limit,
                             const privacy::Filter* filter) noexcept {
  return put_text(out, tag, WireText(text, {limit, filter}));
}

std::size_t bound_of_any(const Attribute& attribute, const Limits& limits) noexcept {
  const privacy::GuardedAttribute guarded(limits.privacy, attribute);
  const ValueForm form{limits.value_bytes, guarded.inside()};
  return length_delimited(key_value_size(guarded.get(), form, kValueMessageDepth));
}

std::uint8_t* put_any_key_value(std::uint8_t* out, std::uint8_t tag, const Attribute& attribute,
                                const Limits& limits) noexcept {
  const privacy::GuardedAttribute guarded(limits.privacy, attribute);
  guarded.count();
  if (guarded.is_dropped()) return out;
  const ValueForm form{limits.value_bytes, guarded.inside()};
  out = put_header(out, tag, key_value_size(guarded.get(), form, kValueMessageDepth));
  return put_key_value_body(out, guarded.get(), form, kValueMessageDepth);
}

bool drops(const Attribute& attribute, const Limits& limits) noexcept {
  if (limits.privacy == nullptr || limits.privacy->judge(attribute) != privacy::Verdict::kDrop) return false;
  limits.privacy->count(PrivacyAction::kDrop);
  return true;
}

}  // namespace container_kit::telemetry::trace
