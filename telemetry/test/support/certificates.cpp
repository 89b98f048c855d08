#include "support/certificates.h"

#include <cstdlib>
#include <stdexcept>

namespace container_kit::telemetry::test {
namespace {

void run(const std::string& command) {
  if (std::system((command + " 2>/dev/null").c_str()) != 0) throw std::runtime_error("failed: " + command);
}

std::string request(const std::string& key, const std::string& certificate, const std::string& name) {
  return "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout " + key +
         " -out " + certificate + " -subj /CN=" + name;
}

}  // namespace

Certificates::Certificates() {
  run(request(path("authority.key"), authority(), "test-authority"));
}

TlsIdentity Certificates::server(const std::string& alternative_name) const {
  return make("server", "-addext subjectAltName=" + alternative_name);
}

TlsIdentity Certificates::client() const {
  return make("client", "-addext extendedKeyUsage=clientAuth");
}

TlsIdentity Certificates::make(const std::string& name, const std::string& extensions) const {
  TlsIdentity made{path(name + ".pem"), path(name + ".key")};
  run(request(made.key, made.certificate, name) + " -CA " + authority() + " -CAkey " + path("authority.key") +
      " -addext basicConstraints=critical,CA:FALSE " + extensions);
  return made;
}

}  // namespace container_kit::telemetry::test
