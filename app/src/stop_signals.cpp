#include "stop_signals.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace container_kit::app {

namespace {

constexpr std::array<int, 3> kSignals{SIGINT, SIGTERM, SIGHUP};

// Carries the number of the signal; the handler may only use what is safe in one.
std::array<int, 2> signal_pipe{-1, -1};

extern "C" void pass_on(int signal) {
  const int before = errno;
  for (const int one : kSignals) std::signal(one, SIG_DFL);
  const auto byte = static_cast<unsigned char>(signal);
  static_cast<void>(!::write(signal_pipe[1], &byte, 1));
  errno = before;
}

void handle_by(void (*handler)(int)) {
  for (const int signal : kSignals) {
    struct sigaction action {};
    ::sigaction(signal, nullptr, &action);
    if (action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigaction(signal, &action, nullptr);
  }
}

}  // namespace

StopSignals::StopSignals() {
  if (::pipe2(signal_pipe.data(), O_CLOEXEC) != 0) return;  // signals end the process as ever
  waits_ = std::thread([this] { wait(); });
  handle_by(pass_on);
}

StopSignals::~StopSignals() {
  if (!waits_.joinable()) return;
  handle_by(SIG_DFL);
  const unsigned char nothing = 0;
  static_cast<void>(!::write(signal_pipe[1], &nothing, 1));
  waits_.join();
  for (int& end : signal_pipe) {
    ::close(end);
    end = -1;
  }
}

void StopSignals::wait() {
  unsigned char signal = 0;
  while (::read(signal_pipe[0], &signal, 1) < 0 && errno == EINTR) {
  }
  caught_ = signal;
  if (signal != 0) source_.request_stop();
}

}  // namespace container_kit::app
