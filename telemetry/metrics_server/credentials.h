// Credentials: what an Authorization header must hold.
//
// Compared by their SHA-256 in constant time, so that how long it takes tells nothing of how much of a guess
// was right, nor of how long the secret is.
//
// Thread safety: const after construction. Source: RFC 6750 (Bearer), RFC 7617 (Basic).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/metrics_server.h>

namespace container_kit::telemetry::metrics_server {

class Credentials {
 public:
  explicit Credentials(const MetricsServerOptions& options);

  bool allow(std::string_view authorization) const;
  // For WWW-Authenticate; empty where everybody is allowed.
  const std::string& challenge() const noexcept { return challenge_; }

 private:
  using Digest = std::array<unsigned char, 32>;
  static Digest digest_of(std::string_view text);

  // Of what follows the scheme.
  std::optional<Digest> bearer_;
  std::optional<Digest> basic_;
  std::string challenge_;
};

}  // namespace container_kit::telemetry::metrics_server
