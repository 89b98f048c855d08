// What a run has done so far, on disk, so that a killed one can go on from its last finished stage.
//
// A run is a file RUN_ID.json in a folder of its own user (mode 0700), written anew and renamed after each
// stage: a kill leaves the old one or the new one. Files of runs that ended well are removed, and those that
// nobody went on with for a week when another run begins. Beside it lies RUN_ID.lock while the run goes on.
//
// Thread safety: one thread at a time for one run, who holds its lock; any number of runs and processes share
// a folder.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include <container_kit/kit/tool_error.h>

#include "analyze/unique_fd.h"

namespace container_kit::kit::pipeline {

struct RunState {
  std::string id;
  std::string pipeline;
  std::string definition;                                           // the YAML it began with
  boost::json::object inputs;                                       // without `resume`
  std::map<std::string, boost::json::object, std::less<>> results;  // of the stages that have succeeded
};

// That a run goes on, here: flock(2), which the kernel gives back when the process ends, however it does.
// Empty where the folder takes no files: then nobody can resume the run either.
class RunLock {
 public:
  RunLock() = default;
  RunLock(analysis::UniqueFd file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  RunLock(RunLock&& other) noexcept = default;
  RunLock& operator=(RunLock&&) = delete;
  ~RunLock();  // with its file

 private:
  analysis::UniqueFd file_;
  std::string path_;
};

class RunFolder {
 public:
  // CONTAINER_KIT_STATE_DIR, else $XDG_STATE_HOME/container-kit, else $HOME/.local/state/container-kit, with
  // /runs behind it. Empty where none of them is said.
  static std::string default_path();

  explicit RunFolder(std::string path) : path_(std::move(path)) {}

  // Error: kInternal, where it cannot be written; a run is not worth less for that, but cannot be resumed.
  ToolResult<void> save(const RunState& state) const;
  // Errors: kInvalidArgument where `id` is none or there is no such run; kInternal where its file is damaged.
  ToolResult<RunState> load(std::string_view id) const;
  void remove(std::string_view id) const noexcept;

  // Error: kConflict, where the run goes on already, in this process or another; kInvalidArgument where `id`
  // is none.
  ToolResult<RunLock> lock(std::string_view id) const;

  static constexpr std::chrono::hours kKept{7 * 24};
  // Removes what nobody has touched for kKept and nobody holds. At most 100 files; the next run goes on.
  void remove_old() const;

 private:
  void make() const noexcept;
  std::string file_of(std::string_view id, std::string_view ending = ".json") const;

  std::string path_;
};

// Sixteen random hexadecimal digits.
std::string new_run_id();

}  // namespace container_kit::kit::pipeline
