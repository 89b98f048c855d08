// Certificates for one test, made by libcrypto: an authority, and what it has signed.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace container_kit::kit::http {

struct Identity {  // files in PEM
  std::string certificate;
  std::string key;
};

enum class Purpose { kServer, kClient };

class Authority {
 public:
  // Its files lie in `folder`, and begin with `name`.
  Authority(std::filesystem::path folder, std::string name);

  std::string certificate() const { return file(".pem"); }
  // For 127.0.0.1. `left`: until it expires.
  Identity sign(const std::string& name, Purpose purpose,
                std::chrono::seconds left = std::chrono::hours(1)) const;

 private:
  using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

  std::string file(const std::string& ending) const { return (folder_ / (name_ + ending)).string(); }
  static Key make_key();
  static Certificate make(const std::string& name, EVP_PKEY* key, std::chrono::seconds left);
  static void extend(X509* certificate, X509* issuer, int what, const char* value);

  std::filesystem::path folder_;
  std::string name_;
  Key key_;
  Certificate certificate_;
};

}  // namespace container_kit::kit::http
