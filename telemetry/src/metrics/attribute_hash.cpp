#include "metrics/attribute_hash.h"

namespace container_kit::telemetry::metrics {

std::uint64_t hash_long(const char* data, std::size_t size) noexcept {
  std::uint64_t hash = kHashSeeds[0] ^ size;
  std::size_t rest = size;
  for (; rest > 16; rest -= 16, data += 16) {
    hash = mix(load_bytes<std::uint64_t>(data) ^ hash, load_bytes<std::uint64_t>(data + 8) ^ kHashSeeds[1]);
  }
  const Short tail = load_short(data, rest);
  return mix(tail.low ^ hash, tail.high ^ kHashSeeds[2]);
}

}  // namespace container_kit::telemetry::metrics
