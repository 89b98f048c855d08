// Where this thread found its last attribute sets, so that most look-ups need no hash of their contents.
//
// A set that is written as a braced list at one place of a program comes with the same addresses every time.
// The addresses pick a place here, and the place says which entry it was last time; comparing the contents
// decides, so a string whose bytes have changed is only a miss. Owners are known by a number that is never
// used twice: an entry is looked at only by its owner, and owners that keep their entries for as long as they
// live are the only ones to come.
//
// Thread safety: each thread has its own.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "metrics/attribute_table.h"

namespace container_kit::telemetry::metrics {

struct NearSet {
  std::uint64_t owner = 0;
  TableEntry* entry = nullptr;

  bool is(std::uint64_t wanted_owner, Attributes attributes) const noexcept {
    return owner == wanted_owner && entry->set().equals(attributes);
  }
};

inline constexpr unsigned kNearBits = 6;
// NOLINTNEXTLINE(readability-identifier-naming,cppcoreguidelines-avoid-c-arrays)
inline constinit thread_local NearSet near_sets[std::size_t{1} << kNearBits] = {};

// The place for these attributes of this owner; what lies there may be of others.
inline NearSet& near_set(std::uint64_t owner, Attributes attributes) noexcept {
  std::uint64_t place = owner;
  for (const Attribute& attribute : attributes) {
    const std::uint64_t value = attribute.value.type() == AttributeValue::Type::kString
                                    ? reinterpret_cast<std::uintptr_t>(attribute.value.as_string().data())
                                    : scalar_bits(attribute.value);
    place = (place ^ reinterpret_cast<std::uintptr_t>(attribute.key.data()) ^ std::rotl(value, 32)) *
            kHashSeeds[0];
  }
  return near_sets[place >> (64 - kNearBits)];
}

// A number for an owner of entries.
inline std::uint64_t make_owner_number() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace container_kit::telemetry::metrics
