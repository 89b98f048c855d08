#include "export/receiver_process.h"

#include <array>
#include <cinttypes>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace container_kit::telemetry::bench {
namespace {

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

std::string read_line(std::FILE* from) {
  std::array<char, 256> line{};
  if (std::fgets(line.data(), line.size(), from) == nullptr) give_up("export_receiver said nothing");
  std::string text = line.data();
  text.erase(text.find_last_not_of('\n') + 1);
  return text;
}

}  // namespace

ReceiverProcess::ReceiverProcess() {
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) give_up("pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  std::string program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "export_receiver";
  std::array<char*, 2> arguments{program.data(), nullptr};
  if (posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(), environ) != 0) {
    give_up("cannot start export_receiver");
  }
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  to_ = fdopen(in[1], "w");
  from_ = fdopen(out[0], "r");
  url_ = read_line(from_);
  sample_file_ = std::filesystem::temp_directory_path() / ("export_bench." + std::to_string(pid_));
}

ReceiverProcess::~ReceiverProcess() {
  std::fclose(to_);  // its input ends, and so does it
  waitpid(pid_, nullptr, 0);
  std::fclose(from_);
  std::filesystem::remove(sample_file_);
}

std::uint64_t ReceiverProcess::received() {
  std::fprintf(to_, "take %s\n", sample_file_.c_str());
  std::fflush(to_);
  std::uint64_t requests = 0;
  std::uint64_t spans = 0;
  std::uint64_t ids = 0;
  std::uint64_t undecoded = 0;
  const std::string line = read_line(from_);
  if (std::sscanf(line.c_str(), "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &requests, &spans, &ids,
                  &undecoded) != 4) {
    give_up("export_receiver was not understood");
  }
  if (undecoded != 0) fault_ = std::to_string(undecoded) + " requests could not be decoded";
  if (spans != ids) fault_ = std::to_string(spans - ids) + " spans arrived twice";
  if (sample_.empty()) {
    std::ifstream file(sample_file_, std::ios::binary);
    sample_.assign(std::istreambuf_iterator<char>(file), {});
  }
  received_ += ids;
  return received_;
}

}  // namespace container_kit::telemetry::bench
