#include "trace/attribute_list.h"

#include <algorithm>

#include "trace/span_fields.h"

namespace container_kit::telemetry::trace {
namespace {

// Of a list that is longer, and exceeds the limit, the rest is dropped unseen: a key is looked for in all
// that follow.
constexpr std::size_t kLookedAt = 1024;
// For the tag and the count of what was dropped.
constexpr std::size_t kCountBytes = 11;

// True where an attribute of the same key stands later in the list: that one wins.
bool is_overridden(Attributes attributes, std::size_t index) noexcept {
  for (std::size_t later = index + 1; later < attributes.size(); ++later) {
    if (attributes[later].key == attributes[index].key) return true;
  }
  return false;
}

// Calls `keep` for what stays of the list; returns how many were dropped.
template <typename Drops, typename Keep>
std::size_t for_each_kept(Attributes all, std::size_t most, Drops drops, Keep keep) noexcept {
  const std::size_t looked_at = std::min(all.size(), std::max(most, kLookedAt));
  const Attributes attributes{std::span<const Attribute>(all.begin(), looked_at)};
  std::size_t kept = 0;
  std::size_t dropped = all.size() - looked_at;
  for (std::size_t index = 0; index < attributes.size(); ++index) {
    if (is_overridden(attributes, index) || drops(attributes[index])) continue;
    if (kept == most || attributes[index].key.empty()) {
      ++dropped;
      continue;
    }
    keep(attributes[index]);
    ++kept;
  }
  return dropped;
}

// Keys that became equal by being made valid or cut: of those, too, the last one wins. Returns the new end.
[[gnu::noinline, gnu::cold]] std::uint8_t* remove_equal_keys(std::uint8_t* begin,
                                                             std::uint8_t* end) noexcept {
  for (std::uint8_t* at = begin; at != end;) {
    const auto size = static_cast<std::size_t>(end - at);
    SpanFieldReader reader(at, size);
    if (!reader.next()) break;
    const SpanField first = reader.field();
    const std::string_view key = key_of(first.body, first.body_size);
    bool again = false;
    while (!again && reader.next()) again = key_of(reader.field().body, reader.field().body_size) == key;
    if (again) {
      std::memmove(at, at + first.size, size - first.size);
      end -= first.size;
    } else {
      at += first.size;
    }
  }
  return end;
}

}  // namespace

std::size_t bound_of_long_list(Attributes attributes, std::size_t most, const Limits& limits) noexcept {
  std::size_t bound = kCountBytes + base::kCopySlack;
  for_each_kept(
      attributes, most, [](const Attribute&) { return false; },
      [&](const Attribute& attribute) { bound += bound_of_any(attribute, limits); });
  return bound;
}

std::uint8_t* put_attribute_list(std::uint8_t* out, ListTags tags, Attributes attributes, std::size_t most,
                                 std::size_t left_out, const Limits& limits) noexcept {
  std::uint8_t* const begin = out;
  bool keys_change = false;
  const auto put = [&](const Attribute& attribute) {
    std::uint64_t ignored = 0;
    std::uint8_t* end = nullptr;
    if (is_straight(attribute, limits)) [[likely]] {
      end = put_short_key_value(out, tags.attribute, attribute, ignored);
    }
    if (end == nullptr) [[unlikely]] {
      end = put_any_key_value(out, tags.attribute, attribute, limits);
      keys_change = keys_change || WireKey::changes(attribute.key);
    }
    out = end;
  };
  const auto is_forbidden = [&limits](const Attribute& attribute) { return drops(attribute, limits); };
  const std::size_t dropped = left_out + for_each_kept(attributes, most, is_forbidden, put);
  if (keys_change) [[unlikely]] {
    out = remove_equal_keys(begin, out);
  }
  if (dropped > 0) [[unlikely]] {
    *out++ = tags.dropped;
    out = base::put_varint(out, std::min<std::size_t>(dropped, UINT32_MAX));
  }
  return out;
}

}  // namespace container_kit::telemetry::trace
