#include "process/spawn.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace container_kit::kit::process {
namespace {

ToolError failure(const std::string& what, int error) {
  return {ToolErrorCode::kInternal, what + ": " + std::strerror(error), ""};
}

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

bool open_pipe(Pipe& made) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  made.read = UniqueFd(ends[0]);
  made.write = UniqueFd(ends[1]);
  return ::fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

// What is to be done in the child before the program: posix_spawn's own lists, freed together.
struct Preparation {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  Preparation() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  Preparation(const Preparation&) = delete;
  Preparation& operator=(const Preparation&) = delete;
  ~Preparation() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
};

void prepare_files(posix_spawn_file_actions_t& files, const Pipe& output, const Pipe& errors, int folder) {
  if (folder >= 0) posix_spawn_file_actions_addfchdir_np(&files, folder);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output.write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, errors.write.get(), STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
}

void prepare_signals(posix_spawnattr_t& attributes) {
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

}  // namespace

ToolResult<Spawned> spawn(const std::string& program, const std::vector<std::string>& arguments, int folder,
                          char* const* environment) {
  Pipe output;
  Pipe errors;
  if (!open_pipe(output) || !open_pipe(errors)) return failure("no pipe for " + program, errno);
  Preparation preparation;
  prepare_files(preparation.files, output, errors, folder);
  prepare_signals(preparation.attributes);
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  Spawned child;
  const int error = ::posix_spawn(&child.pid, program.c_str(), &preparation.files, &preparation.attributes,
                                  argv.data(), environment);
  if (error != 0) return failure(program + " cannot be started", error);
  child.ended = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0)));
  if (!child.ended) {
    const int problem = errno;
    ::kill(-child.pid, SIGKILL);
    ::waitpid(child.pid, nullptr, 0);
    return failure(program + " cannot be watched (pidfd_open)", problem);
  }
  child.output = std::move(output.read);
  child.errors = std::move(errors.read);
  return child;
}

}  // namespace container_kit::kit::process
