// SourceProcess: a span_source that runs, is told what to do, and is killed.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <sys/types.h>

namespace container_kit::tests {

class SourceProcess {
 public:
  using Environment = std::map<std::string, std::string>;

  // `program` is span_source's path. Waits until it is ready.
  SourceProcess(const std::string& program, const Environment& environment, std::uint64_t first,
                std::uint64_t count, std::uint64_t per_second);
  ~SourceProcess();  // kills it, if it still runs
  SourceProcess(const SourceProcess&) = delete;
  SourceProcess& operator=(const SourceProcess&) = delete;

  // Reads on until so many spans have ended; how many had at the last word of it, when it ended before.
  std::uint64_t wait_until_ended(std::uint64_t count);
  // Sends a command and waits for the line that begins with `answer`, which it returns; empty when the
  // process ended first.
  std::string tell(const std::string& command, const std::string& answer);
  // What "report" says.
  std::map<std::string, std::uint64_t> report();
  // SIGKILL; then how many spans had ended at its last word.
  std::uint64_t kill_it();
  // Its exit code after "stop".
  int stop();
  pid_t pid() const noexcept { return pid_; }

 private:
  bool read_line(std::string& line);
  void close_pipes();

  pid_t pid_ = -1;
  int to_ = -1;
  int from_ = -1;
  std::string buffer_;
  std::uint64_t ended_ = 0;
};

}  // namespace container_kit::tests
