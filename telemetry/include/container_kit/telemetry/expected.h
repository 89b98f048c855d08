// A value, or the reason there is none.
//
// Every operation of the library that can fail returns an Expected. The error carries a code that is stable
// across releases, for programs, and a message that says what to do, for people. Nothing here throws.
//
// Thread safety: none of its own; an Expected is a value like any other.
// Ownership: holds its value or its error by value.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace container_kit::telemetry {

// Codes keep their numbers for good; new ones are added at the end.
enum class ErrorCode : int {
  kInvalidConfig = 1,     // a setting is wrong; the message names it, its source and what is allowed
  kInvalidArgument = 2,   // a call's argument is wrong
  kNotInitialized = 3,    // Manager::initialize() has not succeeded yet
  kShutDown = 4,          // the Manager has been shut down
  kDeadlineExceeded = 5,  // the work was not done when its deadline passed
  kUnavailable = 6,       // the receiver could not be reached or refused
  kSystem = 7,            // the operating system refused; the message holds its reason
};

struct Error {
  ErrorCode code;
  std::string message;

  // The same error, its message led by where it happened: with_prefix("spool: ").
  [[nodiscard]] Error with_prefix(std::string_view prefix) const {
    return {code, std::string(prefix) + message};
  }
};

template <typename T, typename E = Error>
class [[nodiscard]] Expected {
 public:
  using value_type = T;
  using error_type = E;

  Expected(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Expected(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  // Precondition for the value's accessors: has_value(). For error(): !has_value().
  T& value() & noexcept { return *get(); }
  const T& value() const& noexcept { return *get(); }
  T&& value() && noexcept { return std::move(*get()); }
  T& operator*() & noexcept { return *get(); }
  const T& operator*() const& noexcept { return *get(); }
  T&& operator*() && noexcept { return std::move(*get()); }
  T* operator->() noexcept { return get(); }
  const T* operator->() const noexcept { return get(); }

  const E& error() const& noexcept {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }
  E&& error() && noexcept {
    assert(!has_value());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  T* get() noexcept {
    assert(has_value());
    return std::get_if<0>(&state_);
  }
  const T* get() const noexcept {
    assert(has_value());
    return std::get_if<0>(&state_);
  }

  std::variant<T, E> state_;
};

// Success without a value, or the reason of the failure: `return {};` is success.
template <typename E>
class [[nodiscard]] Expected<void, E> {
 public:
  using value_type = void;
  using error_type = E;

  Expected() = default;
  Expected(E error) : error_(std::move(error)) {}

  bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }
  const E& error() const& noexcept {
    assert(!has_value());
    return *error_;
  }

 private:
  std::optional<E> error_;
};

}  // namespace container_kit::telemetry
