// The one deadline type: a point on the steady clock.
#pragma once

#include <algorithm>
#include <chrono>

namespace container_kit::telemetry::base {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  static Deadline after(std::chrono::milliseconds duration) noexcept {
    // Far enough for anybody; adding to now() cannot overflow.
    constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24) * 365;
    return Deadline(Clock::now() + std::min(duration, kLongest));
  }
  explicit Deadline(Clock::time_point at) noexcept : at_(at) {}

  Clock::time_point at() const noexcept { return at_; }
  bool passed() const noexcept { return Clock::now() >= at_; }
  // Zero once it has passed.
  std::chrono::milliseconds remaining() const noexcept {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(at_ - Clock::now());
    return std::max(left, std::chrono::milliseconds::zero());
  }
  Deadline earlier(Deadline other) const noexcept { return Deadline(std::min(at_, other.at_)); }

 private:
  Clock::time_point at_;
};

}  // namespace container_kit::telemetry::base
