#include "server_process.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http_client.h"

namespace container_kit::kit::bench {
namespace {

std::vector<std::string> environment_of(const std::string& folder, const std::string& receiver) {
  std::vector<std::string> variables{"PATH=/usr/bin:/bin", "HOME=" + folder, "CONTAINER_KIT_ENV=production",
                                     "CONTAINER_KIT_SPOOL_DIR=" + folder + "/.spool"};
  if (receiver.empty()) {
    variables.emplace_back("OTEL_SDK_DISABLED=true");
  } else {
    variables.emplace_back("CONTAINER_KIT_TRACE_SAMPLE_RATE=1.0");
    variables.emplace_back("OTEL_EXPORTER_OTLP_ENDPOINT=" + receiver);
  }
  return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// "container-kit 0.1.0 serves http://127.0.0.1:34567 for ..."
std::uint16_t read_port(int output) {
  std::string line;
  for (char byte = 0; line.find('\n') == std::string::npos && ::read(output, &byte, 1) == 1;) line += byte;
  constexpr std::string_view kBefore = "http://127.0.0.1:";
  const auto at = line.find(kBefore);
  if (at == std::string::npos) give_up("container-kit did not start: " + line);
  return static_cast<std::uint16_t>(std::atoi(line.c_str() + at + kBefore.size()));
}

}  // namespace

ServerProcess::ServerProcess(const std::string& folder, const std::string& receiver) {
  std::array<int, 2> out{};
  if (::pipe2(out.data(), O_CLOEXEC) != 0) give_up("pipe2 failed");
  const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "container-kit";
  std::vector<std::string> words{program, "serve", "--port", "0", "--allow-root", folder};
  auto variables = environment_of(folder, receiver);
  const auto arguments = pointers_to(words);
  const auto environment = pointers_to(variables);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a bench that is killed leaves no server behind
    ::dup2(out[1], STDOUT_FILENO);
    ::execve(program.c_str(), arguments.data(), environment.data());
    ::_exit(127);
  }
  ::close(out[1]);
  output_ = out[0];
  port_ = read_port(output_);
}

ServerProcess::~ServerProcess() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
  ::close(output_);
}

double ServerProcess::status_mebibytes(const std::string& key) const {
  constexpr double kKibibytes = 1024;
  std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) return std::strtod(line.c_str() + key.size(), nullptr) / kKibibytes;
  }
  give_up("the server has gone");
}

double ServerProcess::resident_mebibytes() const {
  return status_mebibytes("VmRSS:");
}

double ServerProcess::peak_mebibytes() const {
  return status_mebibytes("VmHWM:");
}

std::chrono::nanoseconds ServerProcess::processor_time() const {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
    give_up("the server has gone");
  }
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace container_kit::kit::bench
