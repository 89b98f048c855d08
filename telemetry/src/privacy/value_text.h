// The texts in an attribute value: a scalar's own, and those of all elements of arrays and maps.
#pragma once

#include <array>
#include <charconv>
#include <string_view>

#include <container_kit/telemetry/attribute.h>

namespace container_kit::telemetry::privacy {

// A number's text: as long as it is looked at, it needs this.
using NumberText = std::array<char, 32>;

// The text of a value that is not an array or a map; empty for an empty value. Points into the value or
// `room`.
inline std::string_view scalar_text(const AttributeValue& value, NumberText& room) noexcept {
  using Type = AttributeValue::Type;
  const auto written = [&room](const std::to_chars_result& result) {
    return std::string_view(room.data(), static_cast<std::size_t>(result.ptr - room.data()));
  };
  switch (value.type()) {
    case Type::kString:
      return value.as_string();
    case Type::kBytes:
      return {reinterpret_cast<const char*>(value.as_bytes().data()), value.as_bytes().size()};
    case Type::kBool:
      return value.as_bool() ? "true" : "false";
    case Type::kInt:
      return written(std::to_chars(room.begin(), room.end(), value.as_int()));
    case Type::kDouble:
      return written(std::to_chars(room.begin(), room.end(), value.as_double()));
    default:
      return {};
  }
}

// Calls `visit` with each element of an array, and with each value of a map; stops where it returns false.
template <typename Visit>
void for_each_element(const AttributeValue& value, Visit&& visit) noexcept {
  using Type = AttributeValue::Type;
  const auto all = [&visit](const auto& elements) {
    for (const auto& element : elements) {
      if (!visit(AttributeValue(element))) return;
    }
  };
  if (value.type() == Type::kBoolArray) all(value.as_array<bool>());
  if (value.type() == Type::kIntArray) all(value.as_array<std::int64_t>());
  if (value.type() == Type::kDoubleArray) all(value.as_array<double>());
  if (value.type() == Type::kStringArray) all(value.as_array<std::string_view>());
  if (value.type() == Type::kArray) all(value.as_array<AttributeValue>());
  if (value.type() != Type::kMap) return;
  for (const Attribute& entry : value.as_map()) {
    if (!visit(entry.value)) return;
  }
}

constexpr bool has_elements(AttributeValue::Type type) noexcept {
  return type >= AttributeValue::Type::kBoolArray;
}

}  // namespace container_kit::telemetry::privacy
