// Kubernetes' amounts of CPU and memory: "250m", "1", "128Mi".
//
// Thread safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace container_kit::kit::manifests {

// Whole numbers with the suffixes that people write: m for CPU; Ki, Mi, Gi for memory. Nothing for others,
// for zero, and for more than a machine has.
struct Quantity {
  std::int64_t number = 0;
  std::string suffix;
};
std::optional<Quantity> cpu_of(std::string_view text);
std::optional<Quantity> memory_of(std::string_view text);

std::string to_string(const Quantity& quantity);

}  // namespace container_kit::kit::manifests
