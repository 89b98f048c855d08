// Starts export_receiver, which lies beside this program, and asks it what has arrived.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include <sys/types.h>

namespace container_kit::telemetry::bench {

class ReceiverProcess {
 public:
  ReceiverProcess();  // exits the program where it cannot be started
  ~ReceiverProcess();
  ReceiverProcess(const ReceiverProcess&) = delete;
  ReceiverProcess& operator=(const ReceiverProcess&) = delete;

  const std::string& url() const { return url_; }
  // Decodes what has arrived since the last call. Returns the different span ids that have arrived since the
  // beginning.
  std::uint64_t received();
  // The first request that ever arrived.
  const std::string& sample() const { return sample_; }
  // Empty, or what was wrong with what arrived.
  const std::string& fault() const { return fault_; }

 private:
  pid_t pid_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
  std::string url_;
  std::string sample_file_;
  std::string sample_;
  std::string fault_;
  std::uint64_t received_ = 0;
};

}  // namespace container_kit::telemetry::bench
