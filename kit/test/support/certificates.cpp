#include "support/certificates.h"

#include <atomic>
#include <cstdio>
#include <stdexcept>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace container_kit::kit::http {

namespace {

constexpr long kVersion3 = 2;

template <typename Write>
void write_pem(const std::string& path, const Write& write) {
  std::FILE* const file = std::fopen(path.c_str(), "we");
  if (file == nullptr || write(file) != 1) throw std::runtime_error("cannot write " + path);
  std::fclose(file);
}

void write_key(const std::string& path, EVP_PKEY* key) {
  write_pem(path, [key](std::FILE* file) {
    return PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

void write_certificate(const std::string& path, X509* certificate) {
  write_pem(path, [certificate](std::FILE* file) { return PEM_write_X509(file, certificate); });
}

}  // namespace

Authority::Key Authority::make_key() {
  return {EVP_EC_gen("P-256"), &EVP_PKEY_free};
}

Authority::Certificate Authority::make(const std::string& name, EVP_PKEY* key, std::chrono::seconds left) {
  static std::atomic<long> serial{1};
  Certificate made(X509_new(), &X509_free);
  X509_set_version(made.get(), kVersion3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
  constexpr long kDay = 86'400;
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), static_cast<long>(left.count()));
  X509_set_pubkey(made.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return made;
}

void Authority::extend(X509* certificate, X509* issuer, int what, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, what, value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Authority::Authority(std::filesystem::path folder, std::string name)
    : folder_(std::move(folder)),
      name_(std::move(name)),
      key_(make_key()),
      certificate_(make(name_, key_.get(), std::chrono::hours(1))) {
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  extend(certificate_.get(), certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  write_certificate(certificate(), certificate_.get());
}

Identity Authority::sign(const std::string& name, Purpose purpose, std::chrono::seconds left) const {
  const Key key = make_key();
  const Certificate made = make(name, key.get(), left);
  X509* const issuer = certificate_.get();
  X509_set_issuer_name(made.get(), X509_get_subject_name(issuer));
  extend(made.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
  extend(made.get(), issuer, NID_ext_key_usage, purpose == Purpose::kServer ? "serverAuth" : "clientAuth");
  if (purpose == Purpose::kServer) extend(made.get(), issuer, NID_subject_alt_name, "IP:127.0.0.1");
  X509_sign(made.get(), key_.get(), EVP_sha256());
  Identity identity{file("." + name + ".pem"), file("." + name + ".key")};
  write_certificate(identity.certificate, made.get());
  write_key(identity.key, key.get());
  return identity;
}

}  // namespace container_kit::kit::http
