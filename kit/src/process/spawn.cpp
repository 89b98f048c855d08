#include "process/spawn.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace container_kit::kit::process {
namespace {

constexpr int kFirstOther = STDERR_FILENO + 1;

ToolError failure(const std::string& what, int error) {
  return {ToolErrorCode::kInternal, what + ": " + std::strerror(error), ""};
}

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

bool open_pipe(Pipe& made, int flags) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  made.read = UniqueFd(ends[0]);
  made.write = UniqueFd(ends[1]);
  return ::fcntl(ends[0], F_SETFL, flags) == 0;
}

// All that the child needs until it is the program, made before the fork: other threads may have held locks,
// the heap's among them, so that from there on only what is safe in a signal handler may be called.
struct Plan {
  const char* program;
  char* const* arguments;
  char* const* environment;
  int folder;
  int output;
  int errors;
  int report;  // where errno goes when the program cannot be started; closed when it is
  pid_t parent;
  int most_files;
};

// A signal that was ignored would stay so in the program.
void reset_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void close_others_at_start(int most_files) {
  if (::close_range(kFirstOther, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  for (int fd = kFirstOther; fd < most_files; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);  // Linux before 5.11
}

// False with errno.
bool place_files(const Plan& plan) {
  const int output = ::fcntl(plan.output, F_DUPFD_CLOEXEC, kFirstOther);
  const int errors = ::fcntl(plan.errors, F_DUPFD_CLOEXEC, kFirstOther);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int input = nothing < 0 ? -1 : ::fcntl(nothing, F_DUPFD_CLOEXEC, kFirstOther);
  return output >= 0 && errors >= 0 && input >= 0 && ::dup2(input, STDIN_FILENO) >= 0 &&
         ::dup2(output, STDOUT_FILENO) >= 0 && ::dup2(errors, STDERR_FILENO) >= 0;
}

// In the child. The kernel asks it to end when the thread that forked does (prctl(2), PR_SET_PDEATHSIG),
// which waits for it in run_child(): so when this process is killed. Where that came first there is another
// parent already.
[[noreturn]] void become(const Plan& plan) {
  constexpr int kNotStarted = 127;
  const int report = ::fcntl(plan.report, F_DUPFD_CLOEXEC, kFirstOther);
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != plan.parent) ::_exit(kNotStarted);
  if ((plan.folder < 0 || ::fchdir(plan.folder) == 0) && place_files(plan)) {
    close_others_at_start(plan.most_files);
    reset_signals();
    ::execve(plan.program, plan.arguments, plan.environment);
  }
  const int problem = errno;
  static_cast<void>(!::write(report, &problem, sizeof problem));
  ::_exit(kNotStarted);
}

// The child's pid, or -1. No handler of ours may run in the child.
pid_t fork_without_signals(const Plan& plan) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) become(plan);
  const int problem = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = problem;
  return pid;
}

int most_files() {
  constexpr rlim_t kEnough = 65'536;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kEnough;
  return static_cast<int>(std::min(limit.rlim_cur, kEnough));
}

// What kept the program from starting, or 0: waits until it has started or has not.
int problem_of(const UniqueFd& report) {
  int problem = 0;
  ssize_t size = 0;
  do {
    size = ::read(report.get(), &problem, sizeof problem);
  } while (size < 0 && errno == EINTR);
  return size == sizeof problem ? problem : 0;
}

}  // namespace

ToolResult<Spawned> spawn(const std::string& program, const std::vector<std::string>& arguments, int folder,
                          char* const* environment) {
  Pipe output;
  Pipe errors;
  Pipe report;
  if (!open_pipe(output, O_NONBLOCK) || !open_pipe(errors, O_NONBLOCK) || !open_pipe(report, 0))
    return failure("no pipe for " + program, errno);
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  Spawned child;
  child.pid = fork_without_signals({program.c_str(), argv.data(), environment, folder, output.write.get(),
                                    errors.write.get(), report.write.get(), ::getpid(), most_files()});
  if (child.pid < 0) return failure(program + " cannot be started", errno);
  report.write = UniqueFd();
  if (const int problem = problem_of(report.read); problem != 0) {
    ::waitpid(child.pid, nullptr, 0);
    return failure(program + " cannot be started", problem);
  }
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
