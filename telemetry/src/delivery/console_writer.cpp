#include "delivery/console_writer.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>

#include <poll.h>
#include <unistd.h>

namespace container_kit::telemetry::delivery {
namespace {

// How often cancel() and the deadline are looked at while nobody reads.
constexpr int kPollMilliseconds = 20;

}  // namespace

bool ConsoleWriter::is_terminal() const noexcept {
  return ::isatty(descriptor_) == 1;
}

// A pipe that poll() reports as writable takes PIPE_BUF bytes without blocking. One that nobody can read any
// more is not written to: the signal would end the host.
std::string ConsoleWriter::write(std::string_view text, base::Deadline deadline) const {
  while (!text.empty()) {
    pollfd console{descriptor_, POLLOUT, 0};
    const bool cancelled = cancelled_.load(std::memory_order_relaxed);
    const int ready = poll(&console, 1, cancelled ? 0 : kPollMilliseconds);
    if (ready > 0 && (console.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) return "it is closed";
    if (ready > 0) {
      const ssize_t size = ::write(descriptor_, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
      if (size < 0 && errno != EINTR && errno != EAGAIN) return std::generic_category().message(errno);
      if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
    } else if (cancelled || deadline.passed()) {
      return "nobody reads it";
    }
  }
  return {};
}

}  // namespace container_kit::telemetry::delivery
