// A .dockerignore file: which paths of the build context are left out.
//
// The patterns are those of the Docker reference: from the context's top, `*` and `?` within a name, `**` for
// any number of folders, `!` to take back, the last that fits decides. A folder that is left out takes all
// below along.
//
// Thread safety: const calls may run in parallel.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace container_kit::kit::dockerfile {

class DockerIgnore {
 public:
  explicit DockerIgnore(std::string_view text);

  // `path` is relative to the context, such as "src/main.c".
  bool excludes(std::string_view path) const;
  // Whether a `!` pattern may take back something below `path`.
  bool may_include_below(std::string_view path) const;

 private:
  struct Pattern {
    std::vector<std::string> parts;
    bool takes_back = false;
  };

  std::vector<Pattern> patterns_;
};

// "./a//b/" and "/a/b" are "a/b". What leads above the top stays there, as BuildKit has it.
std::string context_path(std::string_view path);

}  // namespace container_kit::kit::dockerfile
