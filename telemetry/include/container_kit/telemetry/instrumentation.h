// Running a callable as an Operation: what the instrument_* functions of the Manager are made of.
//
// The callable is run with the operation's context current. What it returns is handed on; how it ended is
// read from that by an outcome reader, a function object from the result to an Outcome (outcome.h); what it
// throws ends the operation and is thrown on.
//
// Thread safety: pure templates; see Operation.
#pragma once

#include <concepts>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <container_kit/telemetry/context.h>
#include <container_kit/telemetry/operation.h>
#include <container_kit/telemetry/outcome.h>

namespace container_kit::telemetry::instrument {

// A result type of yours that carries an HTTP status code says so with a function beside it, found by
// argument-dependent lookup: int telemetry_http_status(const MyAnswer& answer);
template <typename R>
concept HasTelemetryHttpStatus = requires(const R& result) {
  { telemetry_http_status(result) } -> std::convertible_to<int>;
};

// The HTTP status code in what an HTTP handler returned, if there is one: the result itself, the first of a
// pair, what an Expected holds, or what telemetry_http_status() says.
template <typename R>
std::optional<int> http_status_of(const R& result) {
  if constexpr (HasTelemetryHttpStatus<R>) {
    return telemetry_http_status(result);
  } else if constexpr (std::is_same_v<R, int>) {
    return result;
  } else if constexpr (requires {
                         { result.first } -> std::convertible_to<int>;
                       }) {
    return static_cast<int>(result.first);
  } else if constexpr (requires { result.has_value(), result.error(), *result; }) {
    return result.has_value() ? http_status_of(*result) : std::nullopt;
  } else {
    return std::nullopt;
  }
}

#if defined(__cpp_exceptions)
template <typename F>
decltype(auto) call(Operation& operation, F&& function) {
  try {
    return std::invoke(std::forward<F>(function));
  } catch (...) {
    operation.finish_exception(std::current_exception());
    throw;
  }
}
#else
template <typename F>
decltype(auto) call(Operation& /*operation*/, F&& function) {
  return std::invoke(std::forward<F>(function));
}
#endif

// Runs `function` as `operation`, on this thread.
template <typename F, typename Reader = ReadOutcome>
decltype(auto) run(Operation operation, F&& function, const Reader& read_outcome = {}) {
  using R = std::invoke_result_t<F>;
  const detail::BorrowedContextScope scope{operation.context()};
  if constexpr (std::is_void_v<R>) {
    call(operation, std::forward<F>(function));
    operation.finish();
  } else {
    R result = call(operation, std::forward<F>(function));
    if (auto status = http_status_of(result)) operation.set_http_status(*status);
    operation.finish(read_outcome(result));
    if constexpr (std::is_reference_v<R>) {
      return static_cast<R>(result);
    } else {
      return result;
    }
  }
}

// Runs `function`, a copy of it, as `operation` on a thread of its own. The operation has begun already:
// waiting for the thread counts. As with std::async, the future waits for the function when it is destroyed,
// and std::system_error is thrown where there is no thread to be had.
template <typename F, typename Reader = ReadOutcome>
auto run_async(Operation operation, F&& function, const Reader& read_outcome = {}) {
  return std::async(std::launch::async,
                    [operation = std::move(operation), function = std::decay_t<F>(std::forward<F>(function)),
                     read_outcome]() mutable -> decltype(auto) {
                      return run(std::move(operation), std::move(function), read_outcome);
                    });
}

// The same, wherever `executor` runs it: executor(task) takes a std::function<void()>, and calls it once,
// later. The future does not wait when it is destroyed. A task that is destroyed without having been called
// ends the operation as abandoned, and breaks the promise.
template <typename Executor, typename F, typename Reader = ReadOutcome>
auto run_on(Executor&& executor, Operation operation, F&& function, const Reader& read_outcome = {}) {
  auto work = [operation = std::move(operation), function = std::decay_t<F>(std::forward<F>(function)),
               read_outcome]() mutable -> decltype(auto) {
    return run(std::move(operation), std::move(function), read_outcome);
  };
  using R = std::invoke_result_t<std::decay_t<F>>;
  auto task = std::make_shared<std::packaged_task<R()>>(std::move(work));
  std::future<R> result = task->get_future();
  std::forward<Executor>(executor)(std::function<void()>([task = std::move(task)] { (*task)(); }));
  return result;
}

}  // namespace container_kit::telemetry::instrument
