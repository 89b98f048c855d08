// Outcome: how an instrumented function ended, in the words of telemetry.
//
// The instrument_* functions look at what a function returns: an Expected that holds an error, or a
// std::error_code that is set, is a failure; an exception that leaves it is one too. Teach them your own
// result type with a function beside it, found by argument-dependent lookup:
//
//   telemetry::Outcome telemetry_outcome(const MyResult& result);
//
// and your own error type E of an Expected<T, E> likewise:
//
//   telemetry::Outcome telemetry_outcome(const MyError& error);
//
// A std::optional or a pointer that is empty is no failure, unless you say so for one call:
//
//   auto user = tm.instrument_operation("user.find", [&] { return find(id); }, telemetry::kEmptyIsFailure);
//
// Thread safety and ownership: plain values.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <container_kit/telemetry/expected.h>

namespace container_kit::telemetry {

struct Outcome {
  bool failed = false;
  std::string error_type;  // error.type: low cardinality, such as "invalid_argument"
  std::string message;

  static Outcome success() { return {}; }
  static Outcome failure(std::string type, std::string message) {
    return {true, std::move(type), std::move(message)};
  }
};

// The stable name of a code, such as "deadline_exceeded".
std::string_view to_string(ErrorCode code) noexcept;

inline Outcome telemetry_outcome(const Error& error) {
  return Outcome::failure(std::string(to_string(error.code)), error.message);
}
// An errno is named as errno.h does: ENOENT. Another category's error is CATEGORY:NUMBER.
Outcome telemetry_outcome(const std::error_code& error);

template <typename T>
concept HasTelemetryOutcome = requires(const T& value) {
  { telemetry_outcome(value) } -> std::convertible_to<Outcome>;
};

template <typename T, typename E>
Outcome telemetry_outcome(const Expected<T, E>& result) {
  if (result) return Outcome::success();
  if constexpr (HasTelemetryOutcome<E>) {
    return telemetry_outcome(result.error());
  } else {
    return Outcome::failure("error", {});
  }
}

// Outcome readers: from what an instrumented function returned to how it ended. Any function object that
// takes the result and returns an Outcome is one.
// This one is used where none is given: it reads what telemetry_outcome() understands, and the second of a
// pair, such as std::pair<int, std::error_code>.
struct ReadOutcome {
  template <typename R>
  Outcome operator()(const R& result) const {
    if constexpr (HasTelemetryOutcome<R>) {
      return telemetry_outcome(result);
    } else if constexpr (requires { result.first, (*this)(result.second); }) {
      return (*this)(result.second);
    } else {
      return Outcome::success();
    }
  }
};

// Takes a std::optional, a pointer, or whatever else is false when it is empty, as failed then, with
// error.type "empty".
struct EmptyIsFailure {
  template <typename R>
  Outcome operator()(const R& result) const {
    return static_cast<bool>(result) ? Outcome::success() : Outcome::failure("empty", "there was no result");
  }
};
inline constexpr EmptyIsFailure kEmptyIsFailure{};

}  // namespace container_kit::telemetry
