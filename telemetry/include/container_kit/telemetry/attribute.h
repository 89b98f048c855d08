// Attributes: the key-value pairs that spans, events, links, resources and measurements carry.
//
// An Attribute is a view. It is made on the caller's stack, most often in a braced list, and copied once,
// into its final encoded form, by the call that takes it:
//
//   span.set_attributes({{"tool.name", name}, {"input.size", args.size()}, {"dry_run", true}});
//
// Types are those of OTLP's AnyValue: string, bool, 64-bit integer, double, bytes, arrays and nested maps.
// An unsigned integer above INT64_MAX has no OTLP form and becomes INT64_MAX.
//
// Thread safety: values; none shared.
// Ownership: none. Keys and values must live until the call that takes them returns, and no longer.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace container_kit::telemetry {

struct Attribute;

template <typename Range, typename T>
concept AttributeRangeOf =
    std::same_as<typename Range::value_type, T> && std::convertible_to<const Range&, std::span<const T>>;

// One value of any of OTLP's types, as a view: a type, and up to two words.
class AttributeValue {
 public:
  enum class Type : std::uint8_t {
    kEmpty,
    kString,
    kBool,
    kInt,
    kDouble,
    kBytes,
    kBoolArray,
    kIntArray,
    kDoubleArray,
    kStringArray,
    kArray,  // of AttributeValue, mixed or nested
    kMap,    // of Attribute
  };

  constexpr AttributeValue() noexcept : int_(0) {}
  constexpr AttributeValue(std::string_view value) noexcept
      : type_(Type::kString), size_(value.size()), data_(value.data()) {}
  constexpr AttributeValue(const char* value) noexcept
      : AttributeValue(value != nullptr ? std::string_view(value) : std::string_view()) {}
  AttributeValue(const std::string& value) noexcept : AttributeValue(std::string_view(value)) {}
  constexpr AttributeValue(std::same_as<bool> auto value) noexcept : type_(Type::kBool), int_(value) {}
  constexpr AttributeValue(std::integral auto value) noexcept requires(!std::same_as<decltype(value), bool>)
      : type_(Type::kInt), int_(saturate(value)) {}
  constexpr AttributeValue(std::floating_point auto value) noexcept
      : type_(Type::kDouble), double_(static_cast<double>(value)) {}
  constexpr AttributeValue(std::span<const std::byte> value) noexcept
      : type_(Type::kBytes), size_(value.size()), data_(value.data()) {}
  constexpr AttributeValue(std::span<const bool> value) noexcept
      : type_(Type::kBoolArray), size_(value.size()), data_(value.data()) {}
  constexpr AttributeValue(std::span<const std::int64_t> value) noexcept
      : type_(Type::kIntArray), size_(value.size()), data_(value.data()) {}
  constexpr AttributeValue(std::span<const double> value) noexcept
      : type_(Type::kDoubleArray), size_(value.size()), data_(value.data()) {}
  constexpr AttributeValue(std::span<const std::string_view> value) noexcept
      : type_(Type::kStringArray), size_(value.size()), data_(value.data()) {}
  constexpr AttributeValue(std::span<const AttributeValue> value) noexcept
      : type_(Type::kArray), size_(value.size()), data_(value.data()) {}
  constexpr AttributeValue(std::span<const Attribute> value) noexcept
      : type_(Type::kMap), size_(value.size()), data_(value.data()) {}

  // A vector or an array of any of the element types above.
  template <typename Range>
  requires(AttributeRangeOf<Range, std::int64_t> || AttributeRangeOf<Range, double> ||
           AttributeRangeOf<Range, std::string_view> ||
           AttributeRangeOf<Range, std::byte>) constexpr AttributeValue(const Range& range) noexcept
      : AttributeValue(std::span<const typename Range::value_type>(range)) {}

  constexpr Type type() const noexcept { return type_; }

  // Each reads the value as the type it names. Precondition: type() is that type.
  constexpr std::string_view as_string() const noexcept { return {static_cast<const char*>(data_), size_}; }
  constexpr bool as_bool() const noexcept { return int_ != 0; }
  constexpr std::int64_t as_int() const noexcept { return int_; }
  constexpr double as_double() const noexcept { return double_; }
  std::span<const std::byte> as_bytes() const noexcept { return as_array<std::byte>(); }
  template <typename T>
  std::span<const T> as_array() const noexcept {
    return {static_cast<const T*>(data_), size_};
  }
  std::span<const Attribute> as_map() const noexcept;

 private:
  template <typename T>
  static constexpr std::int64_t saturate(T value) noexcept {
    if constexpr (std::is_unsigned_v<T> && sizeof(T) >= sizeof(std::int64_t)) {
      constexpr auto kMax = static_cast<T>(std::numeric_limits<std::int64_t>::max());
      return static_cast<std::int64_t>(value < kMax ? value : kMax);
    } else {
      return static_cast<std::int64_t>(value);
    }
  }

  Type type_ = Type::kEmpty;
  std::size_t size_ = 0;
  // NOLINTBEGIN(readability-identifier-naming): private, though clang-tidy takes an anonymous union's for
  // public
  union {
    const void* data_;
    std::int64_t int_;
    double double_;
  };
  // NOLINTEND(readability-identifier-naming)
};

struct Attribute {
  std::string_view key;
  AttributeValue value;
};

inline std::span<const Attribute> AttributeValue::as_map() const noexcept {
  return as_array<Attribute>();
}

// Any run of attributes: a braced list, an array, a vector. A parameter type, not something to keep.
class Attributes {
 public:
  constexpr Attributes() noexcept = default;
  constexpr Attributes(std::initializer_list<Attribute> list) noexcept : size_(list.size()) {
    data_ = list.begin();  // lives as long as the call that the list was written in
  }
  constexpr Attributes(std::span<const Attribute> span) noexcept : data_(span.data()), size_(span.size()) {}
  template <typename Range>
  requires(!std::same_as<std::remove_cvref_t<Range>, Attributes> &&
           std::convertible_to<const Range&,
                               std::span<const Attribute>>) constexpr Attributes(const Range& range) noexcept
      : Attributes(std::span<const Attribute>(range)) {}

  constexpr const Attribute* begin() const noexcept { return data_; }
  constexpr const Attribute* end() const noexcept { return data_ + size_; }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr const Attribute& operator[](std::size_t index) const noexcept { return data_[index]; }

 private:
  const Attribute* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace container_kit::telemetry
