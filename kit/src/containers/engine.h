// What tools take and say of container engines, docker, podman and buildah, and what each is told.
//
// Thread safety: values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/tool.h>

#include "process/programs.h"

namespace container_kit::kit::containers {

// The input fields that several tools have.
InputField engine_field();
InputField image_field(std::string name, std::string description);

// Of a result: why the engine is not the first that is installed.
OutputField engine_reason_field();

// An argument that is an image's name. Error: kInvalidArgument, naming it.
ToolResult<std::string> image_argument(const ToolArguments& arguments, std::string_view name);

struct BuildOptions {
  std::string dockerfile;  // a path, absolute or relative to the folder that is built
  std::string tag;
  std::string platform;                 // empty: the engine's own
  std::string target;                   // a stage; empty: the last
  std::vector<std::string> build_args;  // each NAME=VALUE
  std::string id_file;                  // where the engine writes the image's id
};

// What the engine is told, started in the folder that is built.
std::vector<std::string> build_arguments(const process::Program& engine, const BuildOptions& options);

}  // namespace container_kit::kit::containers
