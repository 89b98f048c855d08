#include "metrics/attribute_json.h"

#include <charconv>
#include <cmath>

namespace container_kit::telemetry::metrics {
namespace {

constexpr int kMaxDepth = 64;

void append_value(std::string& out, const AttributeValue& value, int depth);

void append_text(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out.append("\\u00").append({kHex[byte >> 4U], kHex[byte & 15U]});
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_bytes(std::string& out, std::span<const std::byte> bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  out += '"';
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63U];
    }
  }
  out += '"';
}

template <typename T>
void append_number(std::string& out, T number) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  out.append(buffer, end);
}

template <typename T>
void append_array(std::string& out, std::span<const T> items, int depth) {
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i != 0) out += ',';
    append_value(out, AttributeValue(items[i]), depth + 1);
  }
  out += ']';
}

void append_map(std::string& out, std::span<const Attribute> items, int depth) {
  out += '{';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i != 0) out += ',';
    append_text(out, items[i].key);
    out += ':';
    append_value(out, items[i].value, depth + 1);
  }
  out += '}';
}

void append_value(std::string& out, const AttributeValue& value, int depth) {
  using Type = AttributeValue::Type;
  if (depth > kMaxDepth) {
    out += "null";
    return;
  }
  switch (value.type()) {
    case Type::kEmpty:
      out += "null";
      break;
    case Type::kString:
      append_text(out, value.as_string());
      break;
    case Type::kBool:
      out += value.as_bool() ? "true" : "false";
      break;
    case Type::kInt:
      append_number(out, value.as_int());
      break;
    case Type::kDouble:
      if (std::isfinite(value.as_double())) {
        append_number(out, value.as_double());
      } else {
        out += "null";
      }
      break;
    case Type::kBytes:
      append_bytes(out, value.as_bytes());
      break;
    case Type::kBoolArray:
      append_array(out, value.as_array<bool>(), depth);
      break;
    case Type::kIntArray:
      append_array(out, value.as_array<std::int64_t>(), depth);
      break;
    case Type::kDoubleArray:
      append_array(out, value.as_array<double>(), depth);
      break;
    case Type::kStringArray:
      append_array(out, value.as_array<std::string_view>(), depth);
      break;
    case Type::kArray:
      append_array(out, value.as_array<AttributeValue>(), depth);
      break;
    case Type::kMap:
      append_map(out, value.as_map(), depth);
      break;
  }
}

}  // namespace

std::string to_json(const AttributeValue& value) {
  std::string out;
  append_value(out, value, 0);
  return out;
}

}  // namespace container_kit::telemetry::metrics
