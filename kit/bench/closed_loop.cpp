#include "closed_loop.h"

#include <poll.h>

#include "http_client.h"

namespace container_kit::kit::bench {

Load run_closed_loop(std::uint16_t port, const Requests& requests, int connections, std::size_t count,
                     std::chrono::milliseconds duration) {
  using Clock = std::chrono::steady_clock;
  std::vector<HttpClient> clients;
  std::vector<pollfd> polled;
  std::vector<Clock::time_point> sent_at;
  const auto started = Clock::now();
  std::size_t sent = 0;
  for (int i = 0; i < connections; ++i) {
    clients.emplace_back(port);
    polled.push_back({clients.back().descriptor(), POLLIN, 0});
    sent_at.push_back(Clock::now());
    clients.back().send(requests[sent++ % requests.size()]);
  }
  Load load;
  while (load.latencies.size() < count && Clock::now() - started < duration) {
    ::poll(polled.data(), polled.size(), -1);
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (polled[i].revents == 0 || !clients[i].receive()) continue;
      load.latencies.push_back(Clock::now() - sent_at[i]);
      sent_at[i] = Clock::now();
      clients[i].send(requests[sent++ % requests.size()]);
    }
  }
  load.took = Clock::now() - started;
  return load;
}

}  // namespace container_kit::kit::bench
