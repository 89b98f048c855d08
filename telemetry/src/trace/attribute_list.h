// The attributes of an event or a link: a list that is given at once, of which the last value of a key counts
// and no more than a limit are kept.
#pragma once

#include <container_kit/telemetry/attribute.h>

#include "trace/key_value.h"

namespace container_kit::telemetry::trace {

// The field numbers that the list has in its message, as tags.
struct ListTags {
  std::uint8_t attribute;
  std::uint8_t dropped;
};

std::size_t bound_of_long_list(Attributes attributes, std::size_t most, const Limits& limits) noexcept;

// How many bytes put_attribute_list may write.
inline std::size_t bound_of_list(Attributes attributes, std::size_t most, const Limits& limits) noexcept {
  constexpr std::size_t kFew = 32;
  if (attributes.size() > kFew) [[unlikely]] {
    return bound_of_long_list(attributes, most, limits);
  }
  std::size_t bound = 0;
  for (const Attribute& attribute : attributes) bound += bound_of(attribute, limits);
  return bound;
}

// Writes at most `most` of them, and the count of those that were dropped, `left_out` by the caller among
// them. Returns the end of what was written.
std::uint8_t* put_attribute_list(std::uint8_t* out, ListTags tags, Attributes attributes, std::size_t most,
                                 std::size_t left_out, const Limits& limits) noexcept;

}  // namespace container_kit::telemetry::trace
