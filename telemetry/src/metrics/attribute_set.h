// An attribute set in its final form: packed once, when its series is made, and only read from then on.
//
// Layout, for each attribute: key size, value type and size (a word each), the key's bytes, the value's
// bytes. Strings are stored as they are, booleans, integers and doubles as eight bytes. Arrays, maps and byte
// strings have no use as a label; they are stored as the text of their JSON form.
#pragma once

#include <string>
#include <vector>

#include <container_kit/telemetry/attribute.h>

#include "metrics/attribute_hash.h"
#include "privacy/filter.h"

namespace container_kit::telemetry::metrics {

// A view of packed attributes. Iterating decodes each into an Attribute that points into the packed bytes.
class PackedSet {
 public:
  PackedSet() = default;
  PackedSet(const char* data, std::uint32_t count) noexcept : data_(data), count_(count) {}

  std::uint32_t count() const noexcept { return count_; }

  // Whether the attributes are these, in this order. Precondition: all of them plain.
  bool equals(Attributes attributes) const noexcept {
    if (attributes.size() != count_) return false;
    const char* at = data_;
    for (const Attribute& attribute : attributes) {
      const Head head = load_bytes<Head>(at);
      if (head != head_of(attribute)) return false;
      at += sizeof(Head);
      if (!equal_bytes(at, attribute.key.data(), head.key_size)) return false;
      at += head.key_size;
      if (!value_equals(attribute.value, at, head)) return false;
      at += head.value_size();
    }
    return true;
  }

  template <typename Visit>
  void for_each(Visit&& visit) const {
    const char* at = data_;
    for (std::uint32_t i = 0; i < count_; ++i) visit(decode(at));
  }

  static std::size_t packed_size(Attributes attributes) noexcept;
  // Writes packed_size() bytes. Precondition: all values plain.
  static void pack(Attributes attributes, char* out) noexcept;

 private:
  struct Head {
    std::uint32_t key_size;
    std::uint32_t value;  // size << 4 | type

    bool operator==(const Head&) const = default;
    std::uint32_t value_size() const noexcept { return value >> 4U; }
  };

  static Head head_of(const Attribute& attribute) noexcept {
    const AttributeValue::Type type = attribute.value.type();
    const bool text = type == AttributeValue::Type::kString;
    const std::size_t size = text ? attribute.value.as_string().size() : sizeof(std::uint64_t);
    return {static_cast<std::uint32_t>(attribute.key.size()),
            static_cast<std::uint32_t>(size << 4U) | static_cast<std::uint32_t>(type)};
  }

  static bool value_equals(const AttributeValue& value, const char* at, Head head) noexcept {
    if (value.type() == AttributeValue::Type::kString) [[likely]] {
      return equal_bytes(at, value.as_string().data(), head.value_size());
    }
    return load_bytes<std::uint64_t>(at) == scalar_bits(value);
  }

  static Attribute decode(const char*& at) noexcept;

  const char* data_ = nullptr;
  std::uint32_t count_ = 0;
};

// Which attribute keys a stream keeps. Empty and not `exclude`: all of them.
struct KeyFilter {
  enum class Mode : std::uint8_t { kAll, kKeep, kExclude };
  Mode mode = Mode::kAll;
  std::vector<std::string> keys;  // sorted

  bool keeps(std::string_view key) const noexcept;
  // The filter that keeps just what this one drops.
  KeyFilter inverse() const {
    return {mode == Mode::kKeep ? Mode::kExclude : Mode::kKeep,
            mode == Mode::kAll ? std::vector<std::string>() : keys};
  }
};

// The canonical form of a set: filtered, sorted by key, the last value of a repeated key, plain values only.
// Keeps its own memory between uses. Owns only the text of values that were not plain, or not fit to be kept.
class CanonicalSet {
 public:
  // `privacy` may be null: every value is kept as it is.
  void assign(Attributes attributes, const KeyFilter& filter, const privacy::Filter* privacy = nullptr);
  Attributes attributes() const noexcept { return std::span<const Attribute>(attributes_); }
  // Whether privacy had a say: sets that were different may be one now.
  bool is_guarded() const noexcept { return guarded_; }

 private:
  void add(const Attribute& attribute, const privacy::Filter* privacy);

  std::vector<Attribute> attributes_;
  std::vector<std::string> texts_;
  bool guarded_ = false;
};

}  // namespace container_kit::telemetry::metrics
