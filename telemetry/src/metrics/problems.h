// Reports each problem of the metrics engine once, so that a wrong call in a loop is one line and not a
// flood.
//
// Thread safety: report_once() may be called from any thread; the handler is called outside the lock.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace container_kit::telemetry::metrics {

class Problems {
 public:
  using Handler = std::function<void(std::string_view)>;

  // An empty handler writes to standard error.
  explicit Problems(Handler handler);

  // `key` says which problem it is. After kMaxKeys different ones further problems are kept silent.
  void report_once(std::string key, const std::string& message) noexcept;

 private:
  static constexpr std::size_t kMaxKeys = 1000;

  std::mutex mutex_;
  std::set<std::string> reported_;
  Handler handler_;
};

}  // namespace container_kit::telemetry::metrics
