#include "containers/engine.h"

#include "containers/image_reference.h"
#include "tools/quoted.h"

namespace container_kit::kit::containers {

InputField engine_field() {
  return {.name = "engine",
          .description = "Which engine to use; the first that is installed and works if left out",
          .choices = {"docker", "podman", "buildah"}};
}

InputField image_field(std::string name, std::string description) {
  constexpr std::size_t kLongest = 512;
  return {.name = std::move(name),
          .description = std::move(description),
          .required = true,
          .max_length = kLongest};
}

OutputField engine_reason_field() {
  return {"engine_reason", FieldType::kString, "Why not one that is installed and comes before it", false};
}

ToolResult<std::string> image_argument(const ToolArguments& arguments, std::string_view name) {
  std::string image = arguments.string(name);
  if (is_image_reference(image)) return image;
  return ToolError{ToolErrorCode::kInvalidArgument,
                   in_quotes(image) +
                       " is not the name of an image; write it as REPOSITORY:TAG in lower case, such as "
                       "registry.example.com/team/app:1.2",
                   std::string(name)};
}

std::vector<std::string> build_arguments(const process::Program& engine, const BuildOptions& options) {
  std::vector<std::string> arguments{"build",     "--file",    options.dockerfile, "--tag",
                                     options.tag, "--iidfile", options.id_file};
  const auto add = [&arguments](std::string name, std::string value) {
    arguments.push_back(std::move(name));
    arguments.push_back(std::move(value));
  };
  if (engine.name != "docker") add("--format", "docker");  // which knows HEALTHCHECK
  if (!options.platform.empty()) add("--platform", options.platform);
  if (!options.target.empty()) add("--target", options.target);
  for (const auto& argument : options.build_args) add("--build-arg", argument);
  arguments.emplace_back(".");
  return arguments;
}

}  // namespace container_kit::kit::containers
