// Where the server is between its first request and its end, and how much of its work is under way.
//
// Thread safety: every member. The flags only ever go from false to true. Requests under way are counted with
// sequential consistency against the draining flag: a request either sees the flag or is waited for.
#pragma once

#include <atomic>
#include <functional>

namespace container_kit::kit::http {

class Lifecycle {
 public:
  bool draining() const noexcept { return draining_.load(); }
  bool closing() const noexcept { return closing_.load(); }
  int active() const noexcept { return active_.load(); }

  // True for the first caller only.
  bool start_draining() noexcept { return !draining_.exchange(true); }
  void start_closing() noexcept { closing_.store(true); }

  // Called, on any thread, whenever draining may have come a step nearer to its end. Set before serving.
  std::function<void()> on_progress;

  // A request from its headers to the last byte of its answer.
  class Active {
   public:
    explicit Active(Lifecycle& lifecycle) : lifecycle_(lifecycle) { ++lifecycle_.active_; }
    ~Active() {
      --lifecycle_.active_;
      lifecycle_.progressed();
    }
    Active(const Active&) = delete;
    Active& operator=(const Active&) = delete;

   private:
    Lifecycle& lifecycle_;
  };

  void progressed() const {
    if (draining() && on_progress) on_progress();
  }

 private:
  std::atomic<bool> draining_{false};
  std::atomic<bool> closing_{false};
  std::atomic<int> active_{0};
};

}  // namespace container_kit::kit::http
