// Certificates for one test, made by the openssl program: an authority, and what it has signed.
#pragma once

#include <filesystem>
#include <string>

#include "support/channel.h"
#include "support/temporary_folder.h"

namespace container_kit::telemetry::test {

class Certificates {
 public:
  Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  // A certificate in PEM; authority() has signed it.
  std::string authority() const { return path("authority.pem"); }
  // For the host 127.0.0.1, or for another.
  TlsIdentity server(const std::string& alternative_name = "IP:127.0.0.1") const;
  // The files of a client's certificate and its key.
  TlsIdentity client() const;

 private:
  std::string path(const std::string& name) const { return folder_.path() + "/" + name; }
  TlsIdentity make(const std::string& name, const std::string& extensions) const;

  TemporaryFolder folder_;
};

}  // namespace container_kit::telemetry::test
