#include "credentials.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <strings.h>

namespace container_kit::telemetry::metrics_server {
namespace {

std::string base64(const std::string& text) {
  std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

// What follows the scheme, which is compared in any case; empty where it is another one.
std::string_view after_scheme(std::string_view authorization, std::string_view scheme) {
  const std::size_t size = scheme.size();
  if (authorization.size() <= size || authorization[size] != ' ' ||
      strncasecmp(authorization.data(), scheme.data(), size) != 0) {
    return {};
  }
  authorization.remove_prefix(size);
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
  return authorization;
}

}  // namespace

Credentials::Digest Credentials::digest_of(std::string_view text) {
  Digest digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

Credentials::Credentials(const MetricsServerOptions& options) {
  if (!options.token.empty()) {
    bearer_ = digest_of(options.token);
    challenge_ = "Bearer realm=\"metrics\"";
  }
  if (!options.user.empty()) {
    basic_ = digest_of(base64(options.user + ':' + options.password));
    challenge_ += challenge_.empty() ? "" : ", ";
    challenge_ += "Basic realm=\"metrics\", charset=\"UTF-8\"";
  }
}

bool Credentials::allow(std::string_view authorization) const {
  const auto matches = [&](const std::optional<Digest>& wanted, std::string_view scheme) {
    const Digest given = digest_of(after_scheme(authorization, scheme));
    return wanted && CRYPTO_memcmp(given.data(), wanted->data(), given.size()) == 0;
  };
  return (!bearer_ && !basic_) || matches(bearer_, "Bearer") || matches(basic_, "Basic");
}

}  // namespace container_kit::telemetry::metrics_server
