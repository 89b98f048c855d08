// ReceiverLog: what the log is told of one receiver, so that an outage is two lines however often it is
// asked: one when it begins and one when it is over.
//
// A receiver that comes and goes is told of at most once a pause: an outage that begins sooner is told of
// when it lasts until the pause is over, and otherwise only counted in the next line. What a receiver refuses
// is told of likewise.
//
// Thread safety: one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"

namespace container_kit::telemetry::delivery {

class ReceiverLog {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Clock = std::function<Time()>;

  // `receiver` is what the lines call it. Without a clock: the steady clock.
  ReceiverLog(base::Log& log, std::string receiver, Clock clock);

  void failed(std::string_view problem);
  void answered();
  // `item` is what is counted: span, data point.
  void refused(std::uint64_t count, std::string_view item, std::string_view problem);

 private:
  static constexpr std::chrono::minutes kPause{1};
  static constexpr std::chrono::hours kSameRefusal{1};

  // Whether the last line of the kind is long enough ago.
  static bool is_due(const std::optional<Time>& last, Time now, Time::duration pause) {
    return !last || now - *last >= pause;
  }

  base::Log& log_;
  std::string receiver_;
  Clock clock_;
  bool failing_ = false;
  bool told_ = false;  // of the outage that is going on
  std::optional<Time> failure_told_;
  std::uint64_t outages_untold_ = 0;
  std::optional<Time> refusal_told_;
  std::string refusal_problem_;
  std::uint64_t refused_untold_ = 0;
};

}  // namespace container_kit::telemetry::delivery
