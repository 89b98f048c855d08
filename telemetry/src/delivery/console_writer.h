// ConsoleWriter: text onto a terminal or a pipe whose reader may stop reading: nothing here waits for it
// beyond a deadline or cancel().
//
// Thread safety: write() from one thread; cancel() from any.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "base/deadline.h"

namespace container_kit::telemetry::delivery {

class ConsoleWriter {
 public:
  // `descriptor` is not owned.
  explicit ConsoleWriter(int descriptor) noexcept : descriptor_(descriptor) {}

  // Says what went wrong, or nothing.
  std::string write(std::string_view text, base::Deadline deadline) const;
  // Only what can be written at once is, from here on.
  void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
  bool is_terminal() const noexcept;

 private:
  int descriptor_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace container_kit::telemetry::delivery
