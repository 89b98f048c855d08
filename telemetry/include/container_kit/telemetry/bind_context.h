// Context on other threads: functions that take the context in which they were made to wherever they are
// called.
//
//   pool.post(telemetry::bind_context([&] { work(); }));      // a thread pool, a callback, a queue
//   std::thread worker = telemetry::make_thread(work, argument);
//   std::jthread watcher = telemetry::make_jthread([](std::stop_token stop) { watch(stop); });
//   std::future<int> answer = telemetry::make_async(compute, 42);
//
// What is called finds the context of who made it as the current one, and leaves the thread's own as it was.
// The span of that context may have ended meanwhile: it still is the parent of what begins, and takes nothing
// more.
//
// Thread safety: a bound function has that of the function in it.
// Ownership: a bound function owns its function and a copy of the context.
#pragma once

#include <functional>
#include <future>
#include <thread>
#include <type_traits>
#include <utility>

#include <container_kit/telemetry/context.h>

namespace container_kit::telemetry {

// A function and the Context to call it in. It can be copied, called and thrown from as the function can.
template <typename F>
class BoundFunction {
 public:
  template <typename G>
  BoundFunction(Context context, G&& function) noexcept(std::is_nothrow_constructible_v<F, G>)
      : context_(std::move(context)), function_(std::forward<G>(function)) {}

  template <typename... Args>
  requires std::is_invocable_v<F&, Args...> std::invoke_result_t<F&, Args...>
  operator()(Args&&... args) & noexcept(std::is_nothrow_invocable_v<F&, Args...>) {
    const detail::BorrowedContextScope scope{context_};
    return std::invoke(function_, std::forward<Args>(args)...);
  }
  template <typename... Args>
  requires std::is_invocable_v<const F&, Args...> std::invoke_result_t<const F&, Args...>
  operator()(Args&&... args) const& noexcept(std::is_nothrow_invocable_v<const F&, Args...>) {
    const detail::BorrowedContextScope scope{context_};
    return std::invoke(function_, std::forward<Args>(args)...);
  }
  template <typename... Args>
  requires std::is_invocable_v<F, Args...> std::invoke_result_t<F, Args...>
  operator()(Args&&... args) && noexcept(std::is_nothrow_invocable_v<F, Args...>) {
    const detail::BorrowedContextScope scope{context_};
    return std::invoke(std::move(function_), std::forward<Args>(args)...);
  }

  const Context& context() const noexcept { return context_; }

 private:
  Context context_;
  F function_;
};

// The function, to be called in the context that is current now.
template <typename F>
[[nodiscard]] BoundFunction<std::decay_t<F>> bind_context(F&& function) noexcept(
    std::is_nothrow_constructible_v<std::decay_t<F>, F>) {
  return {Context::current(), std::forward<F>(function)};
}
// The function, to be called in `context`.
template <typename F>
[[nodiscard]] BoundFunction<std::decay_t<F>> bind_context(Context context, F&& function) noexcept(
    std::is_nothrow_constructible_v<std::decay_t<F>, F>) {
  return {std::move(context), std::forward<F>(function)};
}

// Each as its namesake of the standard library, in the context that is current now. Each throws what that
// throws.
template <typename F, typename... Args>
[[nodiscard]] std::thread make_thread(F&& function, Args&&... args) {
  return std::thread(bind_context(std::forward<F>(function)), std::forward<Args>(args)...);
}
// The function may take a std::stop_token first.
template <typename F, typename... Args>
[[nodiscard]] std::jthread make_jthread(F&& function, Args&&... args) {
  return std::jthread(bind_context(std::forward<F>(function)), std::forward<Args>(args)...);
}
template <typename F, typename... Args>
[[nodiscard]] auto make_async(std::launch policy, F&& function, Args&&... args) {
  return std::async(policy, bind_context(std::forward<F>(function)), std::forward<Args>(args)...);
}
template <typename F, typename... Args>
requires(!std::is_same_v<std::decay_t<F>, std::launch>)
    [[nodiscard]] auto make_async(F&& function, Args&&... args) {
  return make_async(std::launch::async | std::launch::deferred, std::forward<F>(function),
                    std::forward<Args>(args)...);
}

}  // namespace container_kit::telemetry
