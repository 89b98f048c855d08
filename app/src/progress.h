// How far a tool has come, on stderr: a line that is drawn anew on a terminal, plain lines elsewhere.
//
//   analyze: succeeded
//   [#########---------] 3/6  build: STEP 2/5: RUN make              12 s
//
// What is finished, a stage of a pipeline, stays above as a line of its own. Elsewhere than on a terminal, or
// on one that TERM says nothing of or calls dumb, there are only these. The line that is drawn anew is cut so
// that it never takes two.
//
// Thread safety: report() from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include <container_kit/kit/tool.h>

namespace container_kit::app {

class ProgressDisplay : public kit::ProgressListener {
 public:
  // `fd`: where to draw; `columns`: of the terminal, 0 where it is none.
  ProgressDisplay(int fd, int columns);
  ~ProgressDisplay() override;  // leaves no half line behind

  void report(double done, double total, std::string_view message) override;
  void run_begins(std::string_view id) override;

  // Of the terminal behind `fd`, or 0 where there is none on which lines can be drawn anew.
  static int columns_of(int fd);

 private:
  void redraw_until_stopped(const std::stop_token& stop);
  void draw();  // under the mutex
  std::string fitted(std::string time) const;
  void erase();  // under the mutex
  void write(std::string_view text) const;

  int fd_;
  int columns_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::condition_variable_any changed_;
  double done_ = 0;
  double total_ = 0;
  std::string message_;
  bool is_drawn_ = false;
  std::jthread redraws_;  // the last member: it uses the others
};

}  // namespace container_kit::app
