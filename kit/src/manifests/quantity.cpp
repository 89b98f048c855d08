#include "manifests/quantity.h"

#include <charconv>

namespace container_kit::kit::manifests {
namespace {

std::optional<Quantity> quantity_of(std::string_view text) {
  constexpr std::int64_t kMost = 1'000'000;
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || number <= 0 || number > kMost) return std::nullopt;
  return Quantity{number, std::string(read.ptr, text.data() + text.size())};
}

}  // namespace

std::optional<Quantity> cpu_of(std::string_view text) {
  auto quantity = quantity_of(text);
  if (!quantity || (!quantity->suffix.empty() && quantity->suffix != "m")) return std::nullopt;
  return quantity;
}

std::optional<Quantity> memory_of(std::string_view text) {
  auto quantity = quantity_of(text);
  if (!quantity) return std::nullopt;
  const auto& suffix = quantity->suffix;
  if (suffix != "Ki" && suffix != "Mi" && suffix != "Gi") return std::nullopt;
  return quantity;
}

std::string to_string(const Quantity& quantity) {
  return std::to_string(quantity.number) + quantity.suffix;
}

}  // namespace container_kit::kit::manifests
