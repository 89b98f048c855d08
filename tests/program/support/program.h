// The real binary as a child process: started with arguments and environment, heard, signalled, and waited
// for.
//
// Ownership: a Program ends its child, by its own pid, when it goes out of scope.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

#include "support/folder.h"

namespace container_kit::tests {

class Program {
 public:
  using Environment = std::map<std::string, std::string>;

  // Variables that telemetry reads are taken out of the environment first, so that the caller's do not
  // matter.
  explicit Program(std::vector<std::string> arguments, const Environment& environment = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // The first line of stdout, without its end.
  std::string first_line();
  void signal(int number) const;
  // Of memory, by what the kernel says of the process now; 0 where it has ended.
  double resident_bytes() const;

  // The exit code; 128 and the signal's number where a signal ended it; -1 where it did not end in time.
  int wait(std::chrono::seconds patience = std::chrono::seconds(20));

  // What was written until the end. Valid after wait().
  std::string out();
  std::string error();

 private:
  pid_t pid_ = -1;
  int status_ = -1;
  bool ended_ = false;
  kit::Folder folder_;  // holds the two files below and the flight buffer
  std::string out_path_;
  std::string error_path_;
};

}  // namespace container_kit::tests
