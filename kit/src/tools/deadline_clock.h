// One thread that asks calls to stop when their deadline has passed.
//
// Thread safety: every member. The thread sleeps until the earliest deadline; a call with a later one does
// not wake it, so that watching a short call costs a lock and an insertion.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

namespace container_kit::kit {

class DeadlineClock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  DeadlineClock() = default;
  ~DeadlineClock();
  DeadlineClock(const DeadlineClock&) = delete;
  DeadlineClock& operator=(const DeadlineClock&) = delete;

  // The one that all calls of this process share.
  static DeadlineClock& shared();

  // From construction to destruction, `source` is asked to stop once `when` has passed.
  class Watch {
   public:
    Watch(DeadlineClock& clock, TimePoint when, std::stop_source source);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    friend class DeadlineClock;
    DeadlineClock& clock_;
    std::stop_source source_;
    std::multimap<TimePoint, Watch*>::iterator entry_;  // under the clock's mutex
  };

 private:
  void run();
  // Precondition: waiting_ is not empty. The first, which is due, goes behind every deadline.
  std::stop_source take_first();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<TimePoint, Watch*> waiting_;
  std::thread thread_;  // started by the first watch
  bool stopping_ = false;
};

}  // namespace container_kit::kit
