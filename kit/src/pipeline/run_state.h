// What a run has done so far, on disk, so that a killed one can go on from its last finished stage.
//
// A run is a file RUN_ID.json in a folder of its own user (mode 0700), written anew and renamed after each
// stage: a kill leaves the old one or the new one. Files of runs that ended well are removed.
//
// Thread safety: one thread at a time for one run; any number of runs and processes share a folder.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include <container_kit/kit/tool_error.h>

namespace container_kit::kit::pipeline {

struct RunState {
  std::string id;
  std::string pipeline;
  std::string definition;                                           // the YAML it began with
  boost::json::object inputs;                                       // without `resume`
  std::map<std::string, boost::json::object, std::less<>> results;  // of the stages that have succeeded
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

 private:
  std::string file_of(std::string_view id) const;

  std::string path_;
};

// Sixteen random hexadecimal digits.
std::string new_run_id();

}  // namespace container_kit::kit::pipeline
