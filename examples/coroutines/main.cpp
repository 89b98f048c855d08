// Two coroutines on one thread, each with its own current span, whatever order they take turns in.

#include <coroutine>
#include <deque>
#include <iostream>
#include <string>
#include <string_view>

#include <container_kit/telemetry.h>
#include <container_kit/telemetry/coroutine.h>

namespace telemetry = container_kit::telemetry;

namespace {

// Runs what waits, in turns: the smallest scheduler there is.
class Turns {
 public:
  struct Turn {
    Turns& turns;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) { turns.waiting_.push_back(waiting); }
    void await_resume() const noexcept {}
  };
  Turn next() { return Turn{*this}; }
  void run() {
    while (!waiting_.empty()) {
      const std::coroutine_handle<> first = waiting_.front();
      waiting_.pop_front();
      first.resume();
    }
  }

 private:
  std::deque<std::coroutine_handle<>> waiting_;
};

// A coroutine that runs by itself, from its call on.
struct Background {
  // NOLINTNEXTLINE(readability-identifier-naming): the name that the language asks for
  struct promise_type : telemetry::ContextPromise {
    Background get_return_object() noexcept { return {}; }
    auto initial_suspend() noexcept { return carry(std::suspend_never{}); }
    std::suspend_never final_suspend() noexcept {
      leave();
      return {};
    }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
};

// [task]
telemetry::Task<int> count_files(telemetry::Manager& tm, Turns& turns, int files) {
  tm.record_event("count.started");
  co_await turns.next();  // others run, and this span is not theirs
  tm.add_contextual_attributes({{"count.files", files}});
  co_return files;
}

telemetry::Task<int> analyze(telemetry::Manager& tm, Turns& turns, std::string_view repository, int files) {
  const telemetry::ActiveSpan span = tm.tracing().start_span("repository.analyze");
  tm.add_contextual_attributes({{"repository.name", repository}});
  co_await turns.next();
  const int counted = co_await telemetry::instrument_coroutine(tm.begin_tool("count"),
                                                               [&] { return count_files(tm, turns, files); });
  tm.record_event("repository.analyzed");  // onto repository.analyze again
  co_return counted;
}
// [/task]

Background show(telemetry::Task<int> task, std::string_view repository) {
  const int files = co_await std::move(task);
  std::cout << repository << ": " << files << '\n';
}

}  // namespace

int main() {
  telemetry::Manager tm{telemetry::Config::from_env()};
  if (auto ready = tm.initialize(); !ready) {
    std::cerr << ready.error().message << '\n';
    return 1;
  }
  Turns turns;
  show(analyze(tm, turns, "first", 3), "first");
  show(analyze(tm, turns, "second", 5), "second");
  turns.run();
}
