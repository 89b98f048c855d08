// Context in C++20 coroutines: the current span follows a coroutine over every co_await, onto whatever thread
// resumes it, and no other coroutine sees it meanwhile.
//
//   telemetry::Task<int> analyze(Manager& tm) {
//     const telemetry::ActiveSpan span = tm.tracing().start_span("analyze.walk");
//     const int files = co_await walk();          // may be resumed by another thread
//     tm.record_event("analyze.walked");          // onto analyze.walk
//     co_return co_await telemetry::instrument_coroutine(tm.begin_tool("count"), [&] { return count(files);
//     });
//   }
//
// Task is a plain lazy task. A coroutine type of your own gets the same by deriving its promise from
// ContextPromise. A coroutine begins in the context of its caller. While it runs, that and the scopes in its
// body are current; while it is suspended, its thread has back what was current when it was resumed. Only
// pointers are swapped.
//
// g++ 12 rejects braced lists inside a co_await expression. So nothing here takes attributes: give them in a
// statement of their own, operation.span().set_attributes({{"key", value}}).
//
// Thread safety: one thread runs a coroutine at a time; which one is free.
// Ownership: a Task owns its coroutine, and destroys it where it was not awaited to its end.
#pragma once

#include <concepts>
#include <coroutine>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <container_kit/telemetry/context.h>
#include <container_kit/telemetry/instrumentation.h>
#include <container_kit/telemetry/operation.h>

namespace container_kit::telemetry {

template <typename Awaiter>
class ContextAwaiter;

// The part of a promise type that knows the coroutine's context. The promise type
//   - gives `carry(awaiter)` from initial_suspend() and from yield_value(),
//   - calls leave() in final_suspend(), and in unhandled_exception() where that throws,
//   - keeps the await_transform() of this class, or lets its own go through carry().
class ContextPromise {
 public:
  ContextPromise() noexcept : base_(Context::current()) {}
  ContextPromise(const ContextPromise&) = delete;
  ContextPromise& operator=(const ContextPromise&) = delete;

  // The awaiter of `awaitable`, wrapped so that the context is changed when the coroutine is suspended in it.
  template <typename Awaitable>
  auto carry(Awaitable&& awaitable);
  template <typename Awaitable>
  auto await_transform(Awaitable&& awaitable) {
    return carry(std::forward<Awaitable>(awaitable));
  }

  // The coroutine runs on this thread, until leave(). Preconditions: !is_inside(); is_inside() or no-op.
  void enter() noexcept {
    outer_ = detail::exchange_context(inner_);
    is_inside_ = true;
  }
  void leave() noexcept {
    if (!is_inside_) return;
    inner_ = detail::exchange_context(outer_);
    is_inside_ = false;
  }
  bool is_inside() const noexcept { return is_inside_; }

 private:
  Context base_;                    // of the caller
  const Context* inner_ = &base_;   // current in the coroutine: base_, or a scope's in its frame
  const Context* outer_ = nullptr;  // what the thread had before
  bool is_inside_ = false;
};

namespace detail {

// What a co_await asks: the awaitable's operator co_await, or itself.
template <typename Awaitable>
decltype(auto) awaiter_of(Awaitable&& awaitable) {
  if constexpr (requires { std::forward<Awaitable>(awaitable).operator co_await(); }) {
    return std::forward<Awaitable>(awaitable).operator co_await();
  } else if constexpr (requires { operator co_await(std::forward<Awaitable>(awaitable)); }) {
    return operator co_await(std::forward<Awaitable>(awaitable));
  } else {
    return std::forward<Awaitable>(awaitable);
  }
}

// An awaiter that is a temporary is kept by value where it can be moved.
template <typename A>
using KeptAwaiter = std::conditional_t<std::is_rvalue_reference_v<A> &&
                                           std::is_move_constructible_v<std::remove_reference_t<A>>,
                                       std::remove_reference_t<A>, A>;

}  // namespace detail

template <typename Awaiter>
class ContextAwaiter {
 public:
  ContextAwaiter(ContextPromise& promise, Awaiter&& awaiter)
      : promise_(&promise), awaiter_(std::forward<Awaiter>(awaiter)) {}

  bool await_ready() { return static_cast<bool>(awaiter_.await_ready()); }

  // From here on another thread may resume the coroutine, and destroy this with it.
  template <typename Promise>
  auto await_suspend(std::coroutine_handle<Promise> handle) {
    struct Return {
      ContextPromise* promise;
      ~Return() {
        if (promise != nullptr) promise->enter();
      }
    } on_exception{promise_};
    promise_->leave();
    if constexpr (std::is_void_v<decltype(awaiter_.await_suspend(handle))>) {
      awaiter_.await_suspend(handle);
      on_exception.promise = nullptr;
    } else {
      auto next = awaiter_.await_suspend(handle);
      on_exception.promise = nullptr;
      return next;
    }
  }

  decltype(auto) await_resume() {
    if (!promise_->is_inside()) promise_->enter();
    return awaiter_.await_resume();
  }

 private:
  ContextPromise* promise_;
  Awaiter awaiter_;
};

template <typename Awaitable>
auto ContextPromise::carry(Awaitable&& awaitable) {
  using Awaiter = decltype(detail::awaiter_of(std::forward<Awaitable>(awaitable)));
  using Kept = detail::KeptAwaiter<Awaiter>;
  return ContextAwaiter<Kept>(*this, detail::awaiter_of(std::forward<Awaitable>(awaitable)));
}

template <typename T = void>
class Task;

namespace detail {

template <typename T>
class TaskPromise;

// What the promises of all Tasks share: who waits, and for what.
class TaskPromiseBase : public ContextPromise {
 public:
  auto initial_suspend() noexcept { return carry(std::suspend_always{}); }

  struct Final {
    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> handle) noexcept {
      // Once `done` is told, the frame may be gone.
      const std::shared_ptr<std::promise<void>> done = std::move(handle.promise().done_);
      const std::coroutine_handle<> continuation = handle.promise().continuation_;
      if (done != nullptr) done->set_value();
      return continuation;
    }
    void await_resume() const noexcept {}
  };
  Final final_suspend() noexcept {
    leave();
    return {};
  }
  void unhandled_exception() noexcept { exception_ = std::current_exception(); }

  void set_continuation(std::coroutine_handle<> continuation) noexcept { continuation_ = continuation; }
  void set_done(std::shared_ptr<std::promise<void>> done) noexcept { done_ = std::move(done); }

 protected:
  void rethrow() const {
    if (exception_ != nullptr) std::rethrow_exception(exception_);
  }

 private:
  std::coroutine_handle<> continuation_ = std::noop_coroutine();
  std::shared_ptr<std::promise<void>> done_;  // null: a coroutine waits, or nobody
  std::exception_ptr exception_;
};

template <typename T>
class TaskPromise : public TaskPromiseBase {
 public:
  Task<T> get_return_object() noexcept;
  template <std::convertible_to<T> U>
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  T take() {
    rethrow();
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
};

template <typename T>
class TaskPromise<T&> : public TaskPromiseBase {
 public:
  Task<T&> get_return_object() noexcept;
  void return_value(T& value) noexcept { value_ = &value; }
  T& take() {
    rethrow();
    return *value_;
  }

 private:
  T* value_ = nullptr;
};

template <>
class TaskPromise<void> : public TaskPromiseBase {
 public:
  Task<void> get_return_object() noexcept;
  void return_void() noexcept {}
  void take() { rethrow(); }
};

}  // namespace detail

// A coroutine that begins when it is awaited, and once. Awaiting it gives what it returns, or throws what it
// throws.
template <typename T>
class [[nodiscard]] Task {
 public:
  using value_type = T;
  using promise_type = detail::TaskPromise<T>;

  explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  // Precondition: it was not awaited before.
  auto operator co_await() && noexcept {
    struct Awaiter {
      std::coroutine_handle<promise_type> handle;
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> continuation) const noexcept {
        handle.promise().set_continuation(continuation);
        return handle;
      }
      T await_resume() const { return handle.promise().take(); }
    };
    return Awaiter{handle_};
  }

 private:
  template <typename U>
  friend U sync_wait(Task<U> task);

  std::coroutine_handle<promise_type> handle_;
};

namespace detail {

template <typename T>
Task<T> TaskPromise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}
template <typename T>
Task<T&> TaskPromise<T&>::get_return_object() noexcept {
  return Task<T&>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}
inline Task<void> TaskPromise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

}  // namespace detail

// Begins the task on this thread and waits until it has ended, on whatever thread. For main() and tests.
template <typename T>
T sync_wait(Task<T> task) {
  const auto done = std::make_shared<std::promise<void>>();
  std::future<void> ended = done->get_future();
  task.handle_.promise().set_done(done);
  task.handle_.resume();
  ended.wait();
  return task.handle_.promise().take();
}

// A coroutine type that can be awaited in a coroutine of its own kind, and carries its context by itself.
template <typename C>
concept ContextCoroutine = requires {
  typename C::value_type;
}
&&std::derived_from<typename std::coroutine_traits<C>::promise_type, ContextPromise>;

#if defined(__cpp_exceptions)
// Awaits the coroutine that `function` begins, as `operation`: its span is current in it, on every thread
// that it comes to. How it ended is read as the Manager's instrument_* functions read it. `function` may be a
// temporary lambda; it is kept until its coroutine has ended.
//
//   co_await telemetry::instrument_coroutine(tm.begin_pipeline_stage("build", "push"), [&] { return
//   push(image); });
template <typename F, typename Reader = ReadOutcome>
requires ContextCoroutine<std::invoke_result_t<F&>> std::invoke_result_t<F&> instrument_coroutine(
    Operation operation, F function, Reader read_outcome = {}) {
  using R = typename std::invoke_result_t<F&>::value_type;
  const detail::BorrowedContextScope scope{operation.context()};
  try {
    if constexpr (std::is_void_v<R>) {
      co_await std::invoke(function);
      operation.finish();
    } else {
      R result = co_await std::invoke(function);
      if (const auto status = instrument::http_status_of(result)) operation.set_http_status(*status);
      operation.finish(read_outcome(result));
      co_return static_cast<R&&>(result);
    }
  } catch (...) {
    operation.finish_exception(std::current_exception());
    throw;
  }
}
#endif

}  // namespace container_kit::telemetry
