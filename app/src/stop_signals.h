// Turns SIGINT, SIGTERM and SIGHUP into a request to stop, so that a tool can end its programs and remove
// what it made. A second one ends the process at once; the kernel then ends the programs (process/spawn.cpp).
//
// What was ignored when the process began stays ignored, as nohup wants it.
//
// Thread safety: one at a time in a process; token() and caught() from any thread.
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace container_kit::app {

class StopSignals {
 public:
  StopSignals();
  ~StopSignals();  // each signal does again what it does without us
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  std::stop_token token() const { return source_.get_token(); }
  int caught() const { return caught_; }  // the signal, or 0

 private:
  void wait();

  std::stop_source source_;
  std::atomic<int> caught_ = 0;
  std::thread waits_;
};

}  // namespace container_kit::app
