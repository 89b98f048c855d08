#include "http/rate_limit.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <arpa/inet.h>

namespace container_kit::kit::http {

std::optional<std::chrono::seconds> RateLimit::refuse(std::string_view client, TimePoint now) {
  if (per_second_ <= 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const std::string key(client);
  if (buckets_.size() >= kMostClients && buckets_.find(key) == buckets_.end()) forget_the_idle(now);
  Bucket& bucket = buckets_.try_emplace(key, Bucket{most(), now}).first->second;
  const std::chrono::duration<double> since = now - bucket.filled;
  bucket.tokens = std::min(most(), bucket.tokens + since.count() * per_second_);
  bucket.filled = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return std::nullopt;
  }
  return std::chrono::seconds(static_cast<long>(std::ceil((1 - bucket.tokens) / per_second_)));
}

void RateLimit::forget_the_idle(TimePoint now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    const std::chrono::duration<double> since = now - entry.second.filled;
    return entry.second.tokens + since.count() * per_second_ >= most();
  });
  if (buckets_.size() >= kMostClients) buckets_.clear();
}

std::string client_of(std::string_view address) {
  in6_addr parsed{};
  const std::string text(address.substr(0, address.find('%')));
  if (::inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return std::string(address);
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) return text.substr(text.rfind(':') + 1);
  std::fill(std::begin(parsed.s6_addr) + 8, std::end(parsed.s6_addr), std::uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> network{};
  return ::inet_ntop(AF_INET6, &parsed, network.data(), network.size());
}

}  // namespace container_kit::kit::http
