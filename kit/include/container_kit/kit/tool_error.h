// Why a tool could not do what it was asked: what the HTTP API sends as {"error":{"code","message","field"}},
// and an MCP client gets as a result with isError.
//
// Thread safety and ownership: a plain value.
#pragma once

#include <string>
#include <string_view>

#include <container_kit/telemetry/expected.h>
#include <container_kit/telemetry/outcome.h>

namespace container_kit::kit {

enum class ToolErrorCode {
  kInvalidArgument,   // an argument is missing or wrong; `field` names it          HTTP 400
  kPathNotAllowed,    // the path lies outside every allowed root, existing or not  HTTP 403
  kPathNotFound,      // the path does not exist                                    HTTP 404
  kToolNotFound,      // no tool of that name                                       HTTP 404
  kSessionNotFound,   // no session of that id                                      HTTP 404
  kConflict,          // what is there already stands in the way: a file, a state   HTTP 409
  kTooLarge,          // more than a limit allows, which the message names          HTTP 413
  kProgramMissing,    // a program that the tool drives is not installed            HTTP 424
  kLimitReached,      // as many there are as may be; the message names the limit   HTTP 429
  kCancelled,         // the caller gave up, or the server stops                    HTTP 499
  kInternal,          // our own fault or the operating system's                    HTTP 500
  kProgramFailed,     // a program that the tool drove ended in failure             HTTP 502
  kUnavailable,       // what it needs is switched off, or busy for too long        HTTP 503
  kDeadlineExceeded,  // the tool's deadline passed                                 HTTP 504
  kStorageFull,       // no space is left on a disk                                 HTTP 507
};

struct ToolError {
  ToolErrorCode code;
  std::string message;  // says what to do
  std::string field;    // the argument at fault, or empty
};

// The code's stable name in answers: "invalid_argument", "path_not_allowed", ...
std::string_view name_of(ToolErrorCode code) noexcept;

// The status of an HTTP answer that carries it.
int http_status_of(ToolErrorCode code) noexcept;

// How telemetry sees it: error.type is the code's name.
telemetry::Outcome telemetry_outcome(const ToolError& error);

template <typename T>
using ToolResult = telemetry::Expected<T, ToolError>;

}  // namespace container_kit::kit
