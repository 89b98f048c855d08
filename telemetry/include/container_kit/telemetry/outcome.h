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
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <system_error>

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
inline Outcome telemetry_outcome(const std::error_code& error) {
  return error ? Outcome::failure(error.category().name(), error.message()) : Outcome::success();
}

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

}  // namespace container_kit::telemetry
