// Finds and reads the Dockerfile that a caller named, beneath the allowed roots.
//
// Thread safety: may be called from many threads.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/tool_error.h>

namespace container_kit::kit::dockerfile {

constexpr std::size_t kLargestDockerfile = std::size_t{1} << 20;

struct DockerfileSource {
  std::string path;  // as the caller gave it, with the file's name where that was a folder
  std::string text;
  std::optional<std::string> dockerignore;  // of NAME.dockerignore, else .dockerignore beside it
};

// `path` is a file, or a folder with a Dockerfile or Containerfile. Errors: those of the path guard,
// kPathNotFound where the folder has none, kInvalidArgument for what is no regular file, kTooLarge.
ToolResult<DockerfileSource> read_dockerfile(const std::vector<std::string>& allowed_roots,
                                             std::string_view path);

}  // namespace container_kit::kit::dockerfile
