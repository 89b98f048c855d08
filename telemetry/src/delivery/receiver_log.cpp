#include "delivery/receiver_log.h"

namespace container_kit::telemetry::delivery {

ReceiverLog::ReceiverLog(base::Log& log, std::string receiver, Clock clock)
    : log_(log), receiver_(std::move(receiver)), clock_(std::move(clock)) {
  if (!clock_) clock_ = [] { return std::chrono::steady_clock::now(); };
}

void ReceiverLog::failed(std::string_view problem) {
  if (told_) return;
  const Time now = clock_();
  if (!is_due(failure_told_, now, kPause)) {
    if (!failing_) ++outages_untold_;
    failing_ = true;
    return;
  }
  std::string line(problem);
  line += "; what it does not take is kept and sent later";
  // An outage that was counted when it began is the one that this line is about.
  const std::uint64_t others = outages_untold_ - (failing_ ? 1 : 0);
  if (others > 0) line += " (" + std::to_string(others) + " short outages since the last such line)";
  log_.warn(line);
  failure_told_ = now;
  outages_untold_ = 0;
  failing_ = told_ = true;
}

void ReceiverLog::answered() {
  if (told_) log_.info(receiver_ + " is back");
  failing_ = told_ = false;
}

void ReceiverLog::refused(std::uint64_t count, std::string_view item, std::string_view problem) {
  refused_untold_ += count;
  const Time now = clock_();
  const bool is_same = refusal_problem_ == problem;
  if (!is_due(refusal_told_, now, is_same ? Time::duration(kSameRefusal) : Time::duration(kPause))) return;
  std::string line(problem);
  line += "; " + std::to_string(refused_untold_) + " ";
  line += item;
  line += refused_untold_ == 1 ? " dropped" : "s dropped";
  log_.warn(line + "; more of the same is told of once an hour");
  refusal_told_ = now;
  refusal_problem_ = problem;
  refused_untold_ = 0;
}

}  // namespace container_kit::telemetry::delivery
