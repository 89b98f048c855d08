// Work on other threads that stays in its trace.

#include <future>
#include <iostream>
#include <thread>

#include <container_kit/telemetry.h>
#include <container_kit/telemetry/bind_context.h>

namespace telemetry = container_kit::telemetry;

int main() {
  telemetry::Manager tm{telemetry::Config::from_env()};
  if (auto ready = tm.initialize(); !ready) {
    std::cerr << ready.error().message << '\n';
    return 1;
  }
  tm.instrument_operation("request.handle", [&] {
    // [future]
    // On a thread of its own, below the span that is current here.
    std::future<int> lines = tm.instrument_tool_execution_async("count", [] { return 42; });
    std::cout << "lines: " << lines.get() << '\n';
    // [/future]

    // [thread]
    // Any function takes its context along.
    std::thread worker(telemetry::bind_context([&] { tm.instrument_operation("cache.warm", [] {}); }));
    worker.join();
    // [/thread]

    // [callback]
    // Begun here, and ended in a callback, on whichever thread that runs.
    telemetry::Operation operation = tm.begin_operation("disk.read");
    std::thread callback([operation = std::move(operation)]() mutable {
      operation.finish(std::make_error_code(std::errc::no_such_file_or_directory));
    });
    callback.join();
    // [/callback]
  });
}
