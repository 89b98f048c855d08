#include "support/source_process.h"

#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace container_kit::tests {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

SourceProcess::SourceProcess(const std::string& program, const Environment& environment, std::uint64_t first,
                             std::uint64_t count, std::uint64_t per_second) {
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  to_ = in[1];
  from_ = out[0];
  std::vector<std::string> arguments{program, std::to_string(first), std::to_string(count),
                                     std::to_string(per_second)};
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) {
    variables.push_back(std::string(name).append("=").append(value));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  const int failed = posix_spawn(&pid_, program.c_str(), &actions, nullptr, pointers(arguments).data(),
                                 pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  std::string line;
  if (failed != 0 || !read_line(line) || line != "ready")
    throw std::runtime_error("span_source did not start");
}

SourceProcess::~SourceProcess() {
  if (pid_ > 0) kill_it();
}

void SourceProcess::close_pipes() {
  close(to_);
  close(from_);
}

bool SourceProcess::read_line(std::string& line) {
  std::size_t end = buffer_.find('\n');
  while (end == std::string::npos) {
    char bytes[4'096];
    const ssize_t size = read(from_, bytes, sizeof bytes);
    if (size <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(size));
    end = buffer_.find('\n');
  }
  line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (line.starts_with("ended ")) ended_ = std::strtoull(line.c_str() + 6, nullptr, 10);
  return true;
}

std::uint64_t SourceProcess::wait_until_ended(std::uint64_t count) {
  for (std::string line; ended_ < count && read_line(line);) {
  }
  return ended_;
}

std::string SourceProcess::tell(const std::string& command, const std::string& answer) {
  const std::string text = command + "\n";
  if (write(to_, text.data(), text.size()) < 0) return {};
  for (std::string line; read_line(line);) {
    if (line.starts_with(answer)) return line;
  }
  return {};
}

std::map<std::string, std::uint64_t> SourceProcess::report() {
  std::map<std::string, std::uint64_t> numbers;
  std::istringstream words(tell("report", "health"));
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos) numbers[word.substr(0, equals)] = std::stoull(word.substr(equals + 1));
  }
  return numbers;
}

std::uint64_t SourceProcess::kill_it() {
  kill(pid_, SIGKILL);
  for (std::string line; read_line(line);) {  // what it had said before
  }
  waitpid(pid_, nullptr, 0);
  close_pipes();
  pid_ = -1;
  return ended_;
}

int SourceProcess::stop() {
  const std::string text = "stop\n";
  static_cast<void>(write(to_, text.data(), text.size()));
  for (std::string line; read_line(line);) {
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  close_pipes();
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace container_kit::tests
