// scan: one pass over a text, with a detector for each character and word that a secret could begin with.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "privacy/detectors.h"
#include "privacy/finds.h"

namespace container_kit::telemetry::privacy {

constexpr std::size_t kDetectors = static_cast<std::size_t>(Detector::kCount);

// Which detectors are on, and what becomes of what they find.
struct DetectorSet {
  std::uint32_t on = 0;  // a bit each
  std::array<PrivacyAction, kDetectors> actions{};

  static constexpr std::uint32_t bit(Detector detector) noexcept {
    return std::uint32_t{1} << static_cast<unsigned>(detector);
  }
  bool has(Detector detector) const noexcept { return (on & bit(detector)) != 0; }
  PrivacyAction action(Detector detector) const noexcept {
    return actions[static_cast<std::size_t>(detector)];
  }
};

// Adds what the detectors find to `finds`, which is empty. Time: linear for all texts but those made against
// it, and bounded for these by the length times kLongestLook (characters.h).
void scan(std::string_view text, const DetectorSet& detectors, Finds& finds) noexcept;

}  // namespace container_kit::telemetry::privacy
