// Context in Boost.Asio: executors, handlers and awaitables that keep the current span.
//
// The library itself knows nothing of Asio: link ContainerKit::asio for this header (Boost 1.81 or later,
// headers alone).
//
// A coroutine that opens scopes and spans of its own is an asio::awaitable of this namespace: Boost's own
// awaitable, whose executor type makes its coroutines keep their context (coroutine.h). Each has its own, on
// one thread or on many, also where several run at once by && and ||:
//
//   telemetry::asio::awaitable<int> handle(Manager& tm, Timer& timer) {
//     const telemetry::ActiveSpan span = tm.tracing().start_span("handle");
//     co_await timer.async_wait(telemetry::asio::use_awaitable);
//     co_return co_await telemetry::instrument_coroutine(tm.begin_tool("count"), [&] { return count(); });
//   }
//   boost::asio::co_spawn(telemetry::asio::Executor(context.get_executor()), handle(tm, timer), detached);
//
// Coroutines of the plain boost::asio::awaitable, and handlers of any kind, take their context from the
// executor that runs them: ContextExecutor. Each piece of work that it runs begins in its context, and what
// that leaves current is taken away. So in a plain awaitable a scope or an ActiveSpan counts up to the next
// co_await; what lasts longer is an operation, by instrument_coroutine(), which runs its awaitable on such an
// executor.
//
// Thread safety: as Boost's executors; a ContextExecutor's Context is immutable.
// Ownership: a ContextExecutor shares its Context with its copies.
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <container_kit/telemetry/coroutine.h>

namespace container_kit::telemetry::asio {

// Runs everything in one Context, on an executor that it wraps.
template <typename Inner>
class ContextExecutor {
 public:
  // A template, so that no executor is converted to Inner on the way.
  template <std::same_as<Inner> Given>
  explicit ContextExecutor(Given inner, const Context& context = Context::current())
      : ContextExecutor(std::move(inner), std::make_shared<const Context>(context)) {}

  template <typename F>
  void execute(F&& function) const {
    inner_.execute([context = context_, function = std::decay_t<F>(std::forward<F>(function))]() mutable {
      const Slice slice{*context};
      std::move(function)();
    });
  }

  // NOLINTBEGIN(readability-const-return-type): what the executor inside answers, as it is
  template <typename Property>
  requires boost::asio::can_query<const Inner&, Property>::value decltype(auto) query(
      const Property& property) const noexcept(boost::asio::is_nothrow_query<const Inner&, Property>::value) {
    return boost::asio::query(inner_, property);
  }
  // NOLINTEND(readability-const-return-type)
  template <typename Property>
  requires boost::asio::can_require<const Inner&, Property>::value auto require(const Property& property)
      const noexcept(boost::asio::is_nothrow_require<const Inner&, Property>::value) {
    return with(boost::asio::require(inner_, property));
  }
  template <typename Property>
  requires(boost::asio::can_prefer<const Inner&, Property>::value &&
           !boost::asio::can_require<const Inner&, Property>::value) auto prefer(const Property& property)
      const noexcept(boost::asio::is_nothrow_prefer<const Inner&, Property>::value) {
    return with(boost::asio::prefer(inner_, property));
  }

  const Context& context() const noexcept { return *context_; }
  const Inner& inner() const noexcept { return inner_; }

  friend bool operator==(const ContextExecutor& a, const ContextExecutor& b) noexcept {
    return a.inner_ == b.inner_ && a.context_ == b.context_;
  }
  friend bool operator!=(const ContextExecutor& a, const ContextExecutor& b) noexcept { return !(a == b); }

 private:
  template <typename Other>
  friend class ContextExecutor;

  // Gives the thread back what it had, whatever the work has left current.
  class Slice {
   public:
    explicit Slice(const Context& context) noexcept
        : previous_(telemetry::detail::exchange_context(&context)) {}
    ~Slice() { telemetry::detail::current_context = previous_; }
    Slice(const Slice&) = delete;
    Slice& operator=(const Slice&) = delete;

   private:
    const Context* previous_;
  };

  ContextExecutor(Inner inner, std::shared_ptr<const Context> context) noexcept
      : inner_(std::move(inner)), context_(std::move(context)) {}
  template <typename Other>
  ContextExecutor<std::decay_t<Other>> with(Other&& other) const noexcept {
    return {std::forward<Other>(other), context_};
  }

  Inner inner_;
  std::shared_ptr<const Context> context_;
};

template <typename Inner>
ContextExecutor(Inner, const Context&) -> ContextExecutor<Inner>;
template <typename Inner>
ContextExecutor(Inner) -> ContextExecutor<Inner>;

// Any executor, of a type of its own, so that its awaitables are known from others.
class Executor : public boost::asio::any_io_executor {
 public:
  Executor() noexcept = default;
  Executor(boost::asio::any_io_executor executor) noexcept
      : boost::asio::any_io_executor(std::move(executor)) {}
  template <typename Other>
  requires(!std::is_base_of_v<boost::asio::any_io_executor, Other> &&
           std::is_constructible_v<boost::asio::any_io_executor, Other>) Executor(Other other)
      : boost::asio::any_io_executor(std::move(other)) {}

  // What gives another executor of the same kind; the rest is the base's.
  template <typename Property>
  requires boost::asio::can_require<const boost::asio::any_io_executor&, Property>::value Executor
  require(const Property& property)
  const { return Executor(boost::asio::require(base(), property)); }
  template <typename Property>
  requires boost::asio::can_prefer<const boost::asio::any_io_executor&, Property>::value Executor
  prefer(const Property& property)
  const { return Executor(boost::asio::prefer(base(), property)); }

 private:
  const boost::asio::any_io_executor& base() const noexcept { return *this; }
};

template <typename T = void>
using awaitable = boost::asio::awaitable<T, Executor>;

inline constexpr boost::asio::use_awaitable_t<Executor> use_awaitable;  // NOLINT: the name is Asio's

namespace detail {

// An awaiter of Boost's, which takes a handle of Boost's own part of the promise.
template <typename Awaiter>
struct FrameAwaiter {
  Awaiter awaiter;

  bool await_ready() { return awaiter.await_ready(); }
  template <typename Promise>
  auto await_suspend(std::coroutine_handle<Promise> handle) {
    using Frame = typename Promise::Frame;
    return awaiter.await_suspend(std::coroutine_handle<Frame>::from_promise(handle.promise()));
  }
  decltype(auto) await_resume() { return awaiter.await_resume(); }
};

}  // namespace detail

// Boost's promise, and the context beside it. Boost makes handles from its own part of the promise, so that
// part comes first, and is aligned as the whole.
template <typename T>
class AwaitablePromise : public boost::asio::detail::awaitable_frame<T, Executor>, public ContextPromise {
 public:
  using Frame = boost::asio::detail::awaitable_frame<T, Executor>;

  auto initial_suspend() noexcept { return carry(Frame::initial_suspend()); }
  auto final_suspend() noexcept {
    static_assert(alignof(AwaitablePromise) == alignof(Frame));
    leave();
    return Frame::final_suspend();
  }
  template <typename Awaitable>
  auto await_transform(Awaitable&& awaitable) {
    using Awaiter = decltype(Frame::await_transform(std::forward<Awaitable>(awaitable)));
    return carry(detail::FrameAwaiter<Awaiter>{Frame::await_transform(std::forward<Awaitable>(awaitable))});
  }
};

}  // namespace container_kit::telemetry::asio

// The coroutines by which Boost begins an awaitable have no scopes, and stay as they are.
template <typename T, typename... Arguments>
requires(!std::is_same_v<T, boost::asio::detail::awaitable_thread_entry_point>) struct std::coroutine_traits<
    boost::asio::awaitable<T, container_kit::telemetry::asio::Executor>, Arguments...> {
  using promise_type = container_kit::telemetry::asio::AwaitablePromise<T>;
};

namespace container_kit::telemetry {

namespace asio::detail {

template <typename C>
struct PlainAwaitable : std::false_type {};
template <typename T, typename E>
struct PlainAwaitable<boost::asio::awaitable<T, E>> : std::bool_constant<!std::is_same_v<E, Executor>> {
  using ExecutorType = E;
};

}  // namespace asio::detail

// As instrument_coroutine() of coroutine.h, for plain awaitables: awaits what `function` begins, as
// `operation`, on an executor that keeps the operation's span current.
template <typename F, typename Reader = ReadOutcome>
requires asio::detail::PlainAwaitable<std::invoke_result_t<F&>>::value std::invoke_result_t<F&>
instrument_coroutine(Operation operation, F function, Reader read_outcome = {}) {
  using Awaitable = std::invoke_result_t<F&>;
  using R = typename Awaitable::value_type;
  using E = typename asio::detail::PlainAwaitable<Awaitable>::ExecutorType;
  const E executor = co_await boost::asio::this_coro::executor;
  const asio::ContextExecutor<E> inside(executor, operation.context());
  try {
    if constexpr (std::is_void_v<R>) {
      co_await boost::asio::co_spawn(inside, std::move(function), boost::asio::use_awaitable_t<E>());
      operation.finish();
    } else {
      R result =
          co_await boost::asio::co_spawn(inside, std::move(function), boost::asio::use_awaitable_t<E>());
      if (const auto status = instrument::http_status_of(result)) operation.set_http_status(*status);
      operation.finish(read_outcome(result));
      co_return result;
    }
  } catch (...) {
    operation.finish_exception(std::current_exception());
    throw;
  }
}

}  // namespace container_kit::telemetry
