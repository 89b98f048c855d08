// Who may use the server: whoever knows a token of the token file, one a line. The file is read again when it
// has changed, so that tokens can be exchanged while the server runs: write the new one beside the old one,
// then take the old one away.
//
// A file that cannot be read, or has no token, lets nobody in.
//
// Thread safety: every member.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/expected.h>

#include "http/file_stamp.h"
#include "http/request.h"
#include "http/response.h"

namespace container_kit::kit::http {

class TokenFile {
 public:
  explicit TokenFile(std::string path) : path_(std::move(path)) {}

  // Why no token can be had from it; says what to do.
  telemetry::Expected<void> check();
  bool accepts(std::string_view token);

 private:
  telemetry::Expected<void> read_if_changed();

  const std::string path_;
  std::mutex mutex_;
  FileStamp stamp_;
  std::vector<std::string> tokens_;
};

class AccessCheck {
 public:
  // An empty path: everybody may.
  explicit AccessCheck(const std::string& token_file);

  telemetry::Expected<void> check() { return file_ ? file_->check() : telemetry::Expected<void>(); }
  // The refusal, or nothing. `route` is the route's path: health checks need no token.
  std::optional<Response> refuse(const Request& request, std::string_view route);

 private:
  std::optional<TokenFile> file_;
};

// In time that does not tell how much of them is alike.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace container_kit::kit::http
