#include "progress.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

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

std::string count(double done, double total) {
  return std::to_string(static_cast<int>(done)) + "/" + std::to_string(static_cast<int>(total)) + "  ";
}

std::string bar(double done, double total) {
  const int filled = static_cast<int>(std::lround(std::clamp(done / total, 0.0, 1.0) * kBarWidth));
  return "[" + std::string(static_cast<std::size_t>(filled), '#') +
         std::string(static_cast<std::size_t>(kBarWidth - filled), '-') + "] " + count(done, total);
}

// The stage that a pipeline's message is about: "build: STEP 1/3".
std::string_view stage_of(std::string_view message) {
  return message.substr(0, message.find(": "));
}

// Where a line can be drawn over. The variable says what the terminal obeys (term(7)).
bool obeys_controls() {
  const char* const terminal = std::getenv("TERM");
  return terminal != nullptr && *terminal != '\0' && std::string_view(terminal) != "dumb";
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
  if (!obeys_controls() || ::isatty(fd) == 0 || ::ioctl(fd, TIOCGWINSZ, &size) != 0) return 0;
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
    // Of several stages that run at the same time, the one that spoke last is still shown.
    if (stage_of(message_) == stage_of(message)) message_.clear();
  } else {
    message_ = plain(message);
  }
}

void ProgressDisplay::run_begins(std::string_view id) {
  const std::lock_guard lock(mutex_);
  erase();
  const std::string run(id);
  write("run " + run + " begins; --resume " + run + " goes on with it, should it be stopped\n");
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
  if (const int now = columns_of(fd_); now > 0) columns_ = now;
  write("\r" + fitted("  " + std::to_string(seconds) + " s") + "\x1b[K");
  is_drawn_ = true;
}

// One column stays free: behind the last one some terminals begin another line.
std::string ProgressDisplay::fitted(std::string time) const {
  constexpr std::size_t kRoomForBar = 50;
  constexpr std::size_t kRoomForTime = 20;
  const auto width = static_cast<std::size_t>(std::max(columns_ - 1, 0));
  std::string line;
  if (total_ > 0) line = width >= kRoomForBar ? bar(done_, total_) : count(done_, total_);
  line += message_;
  if (width < kRoomForTime) time.clear();
  line.resize(width - time.size(), ' ');
  return line + time;
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
