// Contexts for child processes, in the environment: TRACEPARENT, TRACESTATE, BAGGAGE, and what other formats
// need.
//
//   telemetry::ChildEnvironment environment{tm.propagator()};          // in the parent, before the fork
//   posix_spawn(&pid, path, nullptr, nullptr, argv, environment.envp());
//
//   const telemetry::Context parent = telemetry::extract_from_environment(tm.propagator());   // in the child
//
// A variable is named after its header: in capitals, every character but A-Z, 0-9 and _ replaced by _.
//
// Thread safety: a ChildEnvironment is a value. The environment of the process is read: nobody may change it
// meanwhile, as POSIX says of getenv().
// Ownership: a ChildEnvironment owns its strings; envp() holds as long as it does and is not changed.
// Source: OpenTelemetry specification, "Environment Variables as Context Propagation Carriers".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/propagation.h>

namespace container_kit::telemetry {

// The variable that stands for a header: "x-b3-traceid" is X_B3_TRACEID.
std::string environment_name(std::string_view header);

// The environment of this process, as a carrier to read from.
struct ProcessEnvironment {
  std::optional<std::string_view> get(std::string_view header) const;
};

// The context that this process was started in; one without a span where it was started without.
inline Context extract_from_environment(const Propagator& propagator = {}) noexcept {
  return propagator.extract(ProcessEnvironment{});
}

// An environment for execve() and posix_spawn(). Build it before a fork: after one, nothing may be allocated.
class ChildEnvironment {
 public:
  // The variables of this process, with those that speak of `context` in place of those that spoke of
  // another.
  explicit ChildEnvironment(const Propagator& propagator = {}, const Context& context = Context::current());
  // The same with other variables than those of this process, each NAME=VALUE.
  ChildEnvironment(const Propagator& propagator, const Context& context, std::vector<std::string> variables);

  // Sets the variable that stands for the header; so a ChildEnvironment is a carrier as well.
  void set(std::string_view header, std::string_view value);
  const std::vector<std::string>& variables() const noexcept { return variables_; }
  // As the system calls take it: it ends with a null pointer.
  char* const* envp();

 private:
  void erase(std::string_view name);

  std::vector<std::string> variables_;
  std::vector<char*> pointers_;
};

}  // namespace container_kit::telemetry
