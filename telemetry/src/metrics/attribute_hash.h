// Hashing and comparing attribute sets the way the hot path needs it: short strings, no calls, no memory.
//
// The hash depends on the order in which attributes are given. A set that is given in several orders gets one
// table entry for each, all of which lead to the same series.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include <container_kit/telemetry/attribute.h>

namespace container_kit::telemetry::metrics {

__extension__ using Wide = unsigned __int128;

inline constexpr std::uint64_t kHashSeeds[] = {0x9e3779b97f4a7c15U, 0xd1b54a32d192ed03U, 0x8cb92ba72f3d8dd7U};

inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

template <typename T>
T load_bytes(const char* data) noexcept {
  T value;
  std::memcpy(&value, data, sizeof value);
  return value;
}

// A string of up to 16 bytes as two words: equal words and equal size mean equal strings.
struct Short {
  std::uint64_t low;
  std::uint64_t high;
};

inline Short load_short(const char* data, std::size_t size) noexcept {
  if (size >= 8) return {load_bytes<std::uint64_t>(data), load_bytes<std::uint64_t>(data + size - 8)};
  if (size >= 4) return {load_bytes<std::uint32_t>(data), load_bytes<std::uint32_t>(data + size - 4)};
  if (size == 0) return {0, 0};
  const auto byte = [data](std::size_t i) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(data[i]));
  };
  return {byte(0) << 16U | byte(size / 2) << 8U | byte(size - 1), 0};
}

std::uint64_t hash_long(const char* data, std::size_t size) noexcept;

inline std::uint64_t hash_bytes(std::string_view text) noexcept {
  if (text.size() > 16) [[unlikely]]
    return hash_long(text.data(), text.size());
  const Short words = load_short(text.data(), text.size());
  return mix(words.low ^ kHashSeeds[0] ^ text.size(), words.high ^ kHashSeeds[1]);
}

template <typename T>
T differing_bits(const char* a, const char* b, std::size_t size) noexcept {
  const std::size_t last = size - sizeof(T);
  return static_cast<T>((load_bytes<T>(a) ^ load_bytes<T>(b)) |
                        (load_bytes<T>(a + last) ^ load_bytes<T>(b + last)));
}

// One branch picks a width of which two loads cover it all.
inline bool equal_bytes(const char* a, const char* b, std::size_t size) noexcept {
  if (size >= 8) {
    if (size > 16) [[unlikely]]
      return std::memcmp(a, b, size) == 0;
    return differing_bits<std::uint64_t>(a, b, size) == 0;
  }
  if (size >= 4) return differing_bits<std::uint32_t>(a, b, size) == 0;
  if (size >= 2) return differing_bits<std::uint16_t>(a, b, size) == 0;
  return size == 0 || *a == *b;
}

// The types that a set stores as they are. Others become their JSON text first.
inline bool is_plain(AttributeValue::Type type) noexcept {
  constexpr unsigned kPlain = 1U << static_cast<unsigned>(AttributeValue::Type::kString) |
                              1U << static_cast<unsigned>(AttributeValue::Type::kBool) |
                              1U << static_cast<unsigned>(AttributeValue::Type::kInt) |
                              1U << static_cast<unsigned>(AttributeValue::Type::kDouble);
  return (kPlain >> static_cast<unsigned>(type) & 1U) != 0;
}

// The payload of a plain value that is not a string.
inline std::uint64_t scalar_bits(const AttributeValue& value) noexcept {
  if (value.type() == AttributeValue::Type::kDouble) return std::bit_cast<std::uint64_t>(value.as_double());
  return static_cast<std::uint64_t>(value.as_int());
}

inline std::uint64_t hash_value(const AttributeValue& value) noexcept {
  if (value.type() == AttributeValue::Type::kString) [[likely]]
    return hash_bytes(value.as_string());
  return mix(scalar_bits(value) ^ kHashSeeds[2], kHashSeeds[0] + static_cast<std::uint64_t>(value.type()));
}

struct SetHash {
  std::uint64_t value;
  bool plain;  // every value is of a plain type; otherwise the hash means nothing
};

inline SetHash hash_attributes(Attributes attributes) noexcept {
  SetHash hash{kHashSeeds[2] + attributes.size(), true};
  for (const Attribute& attribute : attributes) {
    hash.plain &= is_plain(attribute.value.type());
    if (!hash.plain) [[unlikely]]
      break;
    hash.value = mix(hash.value ^ hash_bytes(attribute.key), hash_value(attribute.value) ^ kHashSeeds[1]);
  }
  return hash;
}

}  // namespace container_kit::telemetry::metrics
