// The recipes: one for each ecosystem, a file each.
//
// A recipe gives nothing where the repository is not of its kind, the Plan where all it needs is there, and
// an error that says what is missing where it is half of its kind.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generate/plan.h"

namespace container_kit::kit::generate {

using Recipe = std::optional<ToolResult<Plan>>(const Repository& repository);

Recipe plan_node, plan_python, plan_go, plan_rust, plan_maven, plan_gradle, plan_dotnet, plan_php, plan_ruby,
    plan_cmake, plan_static_site;

// What the recipes share.

// RUN apt-get install of the packages, in lines; none for no packages.
std::vector<std::string> apt_install(const std::vector<std::string>& packages);

// What native code needs of the images: the full variant of an official image has compilers and the usual
// libraries' headers, the slim one has neither.
struct NativeNeeds {
  bool compilers = false;
  bool libraries = false;             // those of the full variant, at run time too
  std::vector<std::string> packages;  // that the full variant has not
};
NativeNeeds native_needs(const Repository& repository);

// The run stage of files that nginx serves; they go to its folder.
void run_nginx(const Repository& repository, Plan& plan);

// "COPY a b ./".
std::string copy_line(const std::vector<std::string>& files, const std::string& to);

// The names among `names` that are files of the top folder.
std::vector<std::string> present(const Repository& repository, const std::vector<std::string>& names);

// Warns where `path`, as `manifest` has it relative to itself, leads out of the repository, which is all that
// the build context holds. Nothing for "".
void warn_of_outside(Plan& plan, std::string_view manifest, std::string_view path);

// The digits of a port.
inline std::string digits(std::uint16_t port) {
  return std::to_string(port);
}

}  // namespace container_kit::kit::generate
