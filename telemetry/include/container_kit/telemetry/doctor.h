// What is wrong with telemetry, in words, and what to set: for `container-kit doctor`, and for any program's
// own self-test.
//
//   for (const telemetry::Finding& finding : telemetry::examine(telemetry::Config::from_env()))
//   print(finding);
//
// Each receiver that the configuration names is sent a request that is valid and empty, as the exporter would
// send it. Where that fails, a few more requests find out why: whether the port speaks TLS, HTTP or gRPC. The
// folders are looked at; nothing is written into them.
//
// Thread safety: examine() from any thread; it returns when every request has been answered, or its time is
// over. Nothing is thrown for what is found.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/config.h>

namespace container_kit::telemetry {

enum class FindingState {
  kOk,
  kWarning,  // as it was asked for, but perhaps not as it was meant
  kProblem,  // telemetry is lost
};

struct Finding {
  std::string subject;  // traces, metrics, prometheus, spool, flight buffer, configuration
  std::string target;   // where: an endpoint without credentials, a folder; may be empty
  FindingState state = FindingState::kOk;
  std::string what;    // is the case
  std::string advice;  // what to do; empty where there is nothing to
};

struct DoctorOptions {
  std::chrono::milliseconds timeout{5'000};  // of each request
};

std::vector<Finding> examine(const Config& config, const DoctorOptions& options = {});

std::string_view to_string(FindingState state) noexcept;  // ok, warning, problem

}  // namespace container_kit::telemetry
