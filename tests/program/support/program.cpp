#include "support/program.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace container_kit::tests {

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> environment_with(const Program::Environment& wanted) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    constexpr std::string_view kOurs[] = {"OTEL_", "CONTAINER_KIT_",
                                          "TRACEPARENT=", "TRACESTATE=", "BAGGAGE="};
    const auto begins_it = [&](std::string_view start) { return text.starts_with(start); };
    const bool is_replaced = wanted.contains(text.substr(0, text.find('=')));
    if (!is_replaced && std::none_of(std::begin(kOurs), std::end(kOurs), begins_it)) result.push_back(text);
  }
  for (const auto& [name, value] : wanted) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

void redirect(const std::string& path, int to) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  ::dup2(file, to);
}

}  // namespace

Program::Program(std::vector<std::string> arguments, const Environment& environment)
    : out_path_(folder_ / "out"), error_path_(folder_ / "error") {
  arguments.insert(arguments.begin(), CONTAINER_KIT_BINARY);
  auto wanted = environment;
  wanted.emplace("CONTAINER_KIT_FLIGHT_DIR", folder_.path().string());
  wanted.emplace("CONTAINER_KIT_SPOOL_DIR", folder_ / "spool");
  wanted.emplace("CONTAINER_KIT_STATE_DIR", folder_ / "state");
  auto variables = environment_with(wanted);
  const auto argv = pointers(arguments);
  const auto envp = pointers(variables);
  pid_ = ::fork();
  if (pid_ != 0) return;
  redirect(out_path_, STDOUT_FILENO);
  redirect(error_path_, STDERR_FILENO);
  ::execve(argv[0], argv.data(), envp.data());
  ::_exit(127);
}

Program::~Program() {
  if (!ended_) {
    signal(SIGKILL);
    wait();
  }
}

std::string Program::first_line() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < deadline) {
    const auto text = content_of(out_path_);
    const auto end = text.find('\n');
    if (end != std::string::npos) return text.substr(0, end);
    if (wait(std::chrono::seconds(0)) >= 0) return {};
    std::this_thread::yield();
  }
  return {};
}

void Program::signal(int number) const {
  if (pid_ > 0 && !ended_) ::kill(pid_, number);
}

double Program::resident_bytes() const {
  std::ifstream statm("/proc/" + std::to_string(pid_) + "/statm");
  double pages = 0;
  double resident = 0;
  statm >> pages >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

int Program::wait(std::chrono::seconds patience) {
  if (ended_) return status_;
  const int process = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  pollfd ends{process, POLLIN, 0};
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
  const int ready = ::poll(&ends, 1, static_cast<int>(milliseconds));
  ::close(process);
  if (ready <= 0) return -1;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  ended_ = true;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return status_;
}

std::string Program::out() {
  return content_of(out_path_);
}

std::string Program::error() {
  return content_of(error_path_);
}

}  // namespace container_kit::tests
