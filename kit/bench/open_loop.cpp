#include "open_loop.h"

#include <algorithm>
#include <deque>

#include <poll.h>
#include <sys/prctl.h>

#include "http_client.h"

namespace container_kit::kit::bench {
namespace {

using Clock = std::chrono::steady_clock;

class OpenLoop {
 public:
  OpenLoop(std::uint16_t port, const Requests& requests, int connections) : requests_(requests) {
    for (int i = 0; i < connections; ++i) {
      clients_.emplace_back(port);
      polled_.push_back({clients_.back().descriptor(), POLLIN, 0});
    }
    due_.resize(clients_.size());
    for (std::size_t i = 0; i < clients_.size(); ++i) free_.push_back(i);
  }

  Load run(double per_second, std::chrono::milliseconds duration) {
    const auto started = Clock::now();
    const auto total = static_cast<std::size_t>(per_second * std::chrono::duration<double>(duration).count());
    const auto due_time = [&](std::size_t number) {
      const std::chrono::duration<double> after(static_cast<double>(number) / per_second);
      return started + std::chrono::duration_cast<Clock::duration>(after);
    };
    const auto give_up_at = started + duration + std::chrono::seconds(1);
    std::size_t made = 0;
    while (load_.latencies.size() < total) {
      if (Clock::now() > give_up_at) {
        made = total;
        waiting_.clear();
        if (free_.size() == clients_.size()) break;
      }
      for (; made < total && due_time(made) <= Clock::now(); ++made) waiting_.push_back(due_time(made));
      send_waiting();
      wait_until(made < total ? due_time(made) : Clock::now() + std::chrono::milliseconds(100));
    }
    load_.took = Clock::now() - started;
    return std::move(load_);
  }

 private:
  void send_waiting() {
    while (!waiting_.empty() && !free_.empty()) {
      const auto which = free_.front();
      free_.pop_front();
      due_[which] = waiting_.front();
      waiting_.pop_front();
      clients_[which].send(requests_[sent_++ % requests_.size()]);
    }
  }

  void wait_until(Clock::time_point when) {
    const auto left = std::max(Clock::duration::zero(), when - Clock::now());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    const timespec timeout{seconds.count(), (left - seconds).count()};
    if (::ppoll(polled_.data(), polled_.size(), &timeout, nullptr) <= 0) return;
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      if (polled_[i].revents == 0 || !clients_[i].receive()) continue;
      load_.latencies.push_back(Clock::now() - due_[i]);
      free_.push_back(i);
    }
  }

  const Requests& requests_;
  std::vector<HttpClient> clients_;
  std::vector<pollfd> polled_;
  std::vector<Clock::time_point> due_;  // by client: when the request under way was due
  std::deque<std::size_t> free_;
  std::deque<Clock::time_point> waiting_;
  std::size_t sent_ = 0;
  Load load_;
};

}  // namespace

Load run_open_loop(std::uint16_t port, const Requests& requests, int connections, double per_second,
                   std::chrono::milliseconds duration) {
  ::prctl(PR_SET_TIMERSLACK, 1UL);  // else timeouts are late by 50 us
  return OpenLoop(port, requests, connections).run(per_second, duration);
}

}  // namespace container_kit::kit::bench
