// How many requests each client address may send: a bucket of tokens each, filled at a steady rate.
//
// Thread safety: every member. The clock is the caller's. Memory is bounded: of the clients above
// kMostClients, those whose buckets are full again are forgotten first, and then all of them.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace container_kit::kit::http {

class RateLimit {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::size_t kMostClients = 8'192;

  // So many a second, and twice as many at once; 0: no limit.
  explicit RateLimit(unsigned per_second) : per_second_(per_second) {}

  // Takes one of the client's tokens; where it has none, when it will have one.
  std::optional<std::chrono::seconds> refuse(std::string_view client, TimePoint now);

 private:
  struct Bucket {
    double tokens;
    TimePoint filled;
  };
  double most() const { return 2.0 * per_second_; }
  void forget_the_idle(TimePoint now);

  const double per_second_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

// Whom an address counts for: itself, or for IPv6 its network of 64 bits, which is one customer's.
std::string client_of(std::string_view address);

}  // namespace container_kit::kit::http
