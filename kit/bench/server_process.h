// The container-kit that lies beside this program, serving on a free port until this object goes.
//
// The server has an environment of its own, so that nothing in the caller's changes what is measured.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <sys/types.h>

namespace container_kit::kit::bench {

class ServerProcess {
 public:
  // Sends every span to `receiver`, the base URL of an OTLP/HTTP receiver; empty: telemetry is off.
  // `folder`: what the server may look into.
  ServerProcess(const std::string& folder, const std::string& receiver);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  std::uint16_t port() const { return port_; }
  double resident_mebibytes() const;                // VmRSS of proc_pid_status(5)
  double peak_mebibytes() const;                    // VmHWM
  std::chrono::nanoseconds processor_time() const;  // of all its threads

 private:
  double status_mebibytes(const std::string& key) const;

  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
  int output_ = -1;
};

}  // namespace container_kit::kit::bench
