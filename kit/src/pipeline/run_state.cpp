#include "pipeline/run_state.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include <boost/json.hpp>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyze/unique_fd.h"
#include "tools/new_files.h"
#include "tools/quoted.h"

namespace container_kit::kit::pipeline {
namespace json = boost::json;

namespace {

constexpr std::size_t kIdDigits = 16;

ToolError failure(const std::string& what) {
  return {ToolErrorCode::kInternal, what + ": " + std::strerror(errno) + "; set CONTAINER_KIT_STATE_DIR", ""};
}

bool is_id(std::string_view id) {
  return id.size() == kIdDigits && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string from_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

ToolError no_id(std::string_view id) {
  return {ToolErrorCode::kInvalidArgument,
          in_quotes(id) + " is not the id of a run; a run names it when it begins, and in its error",
          "resume"};
}

// Whether the file that was locked is still the one of that name: who held the lock before removes it.
bool held_by_name(int fd, const std::string& path) {
  struct stat ours {};
  struct stat named {};
  return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &named) == 0 && ours.st_ino == named.st_ino &&
         ours.st_dev == named.st_dev;
}

json::object to_json(const RunState& state) {
  json::object results;
  for (const auto& [stage, result] : state.results) results[stage] = result;
  return {{"id", state.id},
          {"pipeline", state.pipeline},
          {"definition", state.definition},
          {"inputs", state.inputs},
          {"results", std::move(results)}};
}

}  // namespace

std::string RunFolder::default_path() {
  if (const auto own = from_environment("CONTAINER_KIT_STATE_DIR"); !own.empty()) return own + "/runs";
  if (const auto state = from_environment("XDG_STATE_HOME"); !state.empty())
    return state + "/container-kit/runs";
  const auto home = from_environment("HOME");
  return home.empty() ? std::string() : home + "/.local/state/container-kit/runs";
}

RunLock::~RunLock() {
  if (file_) ::unlink(path_.c_str());  // before the lock is given back: see held_by_name()
}

void RunFolder::make() const noexcept {
  std::error_code problem;
  std::filesystem::create_directories(path_, problem);
  ::chmod(path_.c_str(), S_IRWXU);
}

std::string RunFolder::file_of(std::string_view id, std::string_view ending) const {
  return path_ + "/" + std::string(id) + std::string(ending);
}

ToolResult<void> RunFolder::save(const RunState& state) const {
  if (path_.empty()) {
    errno = ENOENT;
    return failure("there is no folder to keep runs in");
  }
  make();
  const std::string file = file_of(state.id);
  const std::string fresh = file + ".new";
  {
    const analysis::UniqueFd fd(
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!fd || write_all(fd.get(), json::serialize(to_json(state))) != 0 || ::fsync(fd.get()) != 0)
      return failure(fresh + " cannot be written");
  }
  if (::rename(fresh.c_str(), file.c_str()) != 0) return failure(file + " cannot be written");
  return {};
}

ToolResult<RunState> RunFolder::load(std::string_view id) const {
  if (!is_id(id)) return no_id(id);
  std::ifstream file(file_of(id));
  if (!file) {
    return ToolError{
        ToolErrorCode::kInvalidArgument,
        "there is no unfinished run " + in_quotes(id) + " in " + path_ + "; start anew without resume",
        "resume"};
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  try {
    const json::value read = json::parse(text);
    RunState state{std::string(id),
                   std::string(read.at("pipeline").as_string()),
                   std::string(read.at("definition").as_string()),
                   read.at("inputs").as_object(),
                   {}};
    for (const auto& [stage, result] : read.at("results").as_object()) {
      state.results.emplace(stage, result.as_object());
    }
    return state;
  } catch (const std::exception&) {
    return ToolError{ToolErrorCode::kInternal, file_of(id) + " is damaged; remove it and start anew", ""};
  }
}

void RunFolder::remove(std::string_view id) const noexcept {
  ::unlink(file_of(id).c_str());
}

ToolResult<RunLock> RunFolder::lock(std::string_view id) const {
  if (!is_id(id)) return no_id(id);
  if (path_.empty()) return RunLock();
  make();
  const std::string path = file_of(id, ".lock");
  while (true) {
    analysis::UniqueFd file(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!file) return RunLock();
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      return ToolError{ToolErrorCode::kConflict,
                       "run " + in_quotes(id) + " goes on already; wait until it has ended", "resume"};
    }
    if (held_by_name(file.get(), path)) return RunLock(std::move(file), path);
  }
}

void RunFolder::remove_old() const {
  constexpr int kMostLooks = 10'000;
  constexpr int kMostRemoved = 100;
  int looks = 0;
  int removed = 0;
  std::error_code problem;
  const auto oldest = std::filesystem::file_time_type::clock::now() - kKept;
  for (std::filesystem::directory_iterator entry(path_, problem), end;
       !problem && entry != end && looks < kMostLooks && removed < kMostRemoved; entry.increment(problem)) {
    ++looks;
    std::error_code gone;
    const auto written = entry->last_write_time(gone);
    const std::string id = entry->path().stem().stem().string();
    if (gone || written >= oldest || !is_id(id)) continue;
    const auto held = lock(id);
    if (!held) continue;
    std::filesystem::remove(entry->path(), gone);
    ++removed;
  }
}

std::string new_run_id() {
  std::random_device random;
  char text[kIdDigits + 1];
  std::snprintf(text, sizeof text, "%08x%08x", random(), random());
  return text;
}

}  // namespace container_kit::kit::pipeline
