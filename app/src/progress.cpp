#include "progress.h"

#include <algorithm>
#include <cmath>

#include <sys/ioctl.h>
#include <unistd.h>

namespace container_kit::app {

namespace {

constexpr std::chrono::milliseconds kInterval{200};
constexpr int kBarWidth = 24;

// What a terminal would obey, and what is not ASCII and so of unknown width, becomes a dot.
std::string plain(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '.');
  return out;
}

std::string bar(double done, double total) {
  const int filled = static_cast<int>(std::lround(std::clamp(done / total, 0.0, 1.0) * kBarWidth));
  return "[" + std::string(static_cast<std::size_t>(filled), '#') +
         std::string(static_cast<std::size_t>(kBarWidth - filled), '-') + "] " +
         std::to_string(static_cast<int>(done)) + "/" + std::to_string(static_cast<int>(total)) + "  ";
}

}  // namespace

ProgressDisplay::ProgressDisplay(int fd, int columns) : fd_(fd), columns_(columns) {
  if (columns_ > 0)
    redraws_ = std::jthread([this](const std::stop_token& stop) { redraw_until_stopped(stop); });
}

ProgressDisplay::~ProgressDisplay() {
  redraws_ = {};
  const std::lock_guard lock(mutex_);
  erase();
}

int ProgressDisplay::columns_of(int fd) {
  winsize size{};
  if (::isatty(fd) == 0 || ::ioctl(fd, TIOCGWINSZ, &size) != 0) return 0;
  constexpr int kUsual = 80;
  return size.ws_col > 0 ? size.ws_col : kUsual;
}

void ProgressDisplay::report(double done, double total, std::string_view message) {
  const std::lock_guard lock(mutex_);
  const bool is_finished = total > 0 && done >= std::floor(done_) + 1;
  done_ = done;
  total_ = total;
  if (is_finished) {
    erase();
    write(plain(message) + "\n");
    message_.clear();
  } else {
    message_ = plain(message);
  }
}

void ProgressDisplay::redraw_until_stopped(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    changed_.wait_for(lock, stop, kInterval, [] { return false; });
    if (!stop.stop_requested()) draw();
  }
}

void ProgressDisplay::draw() {
  if (message_.empty() && total_ == 0) return;
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start_).count();
  const std::string time = "  " + std::to_string(seconds) + " s";
  std::string line = (total_ > 0 ? bar(done_, total_) : std::string()) + message_;
  const auto room = static_cast<std::size_t>(std::max(columns_ - 1, kBarWidth)) - time.size();
  line.resize(room, ' ');
  write("\r" + line + time + "\x1b[K");
  is_drawn_ = true;
}

void ProgressDisplay::erase() {
  if (is_drawn_) write("\r\x1b[K");
  is_drawn_ = false;
}

// A terminal that has gone away is no reason to stop.
void ProgressDisplay::write(std::string_view text) const {
  static_cast<void>(!::write(fd_, text.data(), text.size()));
}

}  // namespace container_kit::app
