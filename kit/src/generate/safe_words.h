// The gate between what a repository says and what is written into a file that somebody will run: only words
// of harmless characters pass.
//
// Thread safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/tool_error.h>

namespace container_kit::kit::generate {

// Letters, digits and . _ - + @ / only, relative, without "..", not beginning with "-".
bool is_safe_path(std::string_view path);
// An image's name, as a registry has it: no white space, no quotes, no "$".
bool is_safe_image(std::string_view image);
// Debian's rule for names of packages.
bool is_package_name(std::string_view name);
// os/arch or os/arch/variant.
bool is_platform(std::string_view platform);

// Refuses a path that is not safe, naming it.
ToolResult<std::string> checked_path(std::string_view path);

// A DNS-1123 label, as Kubernetes demands of most names.
bool is_label(std::string_view text) noexcept;
// A DNS-1123 label made of any text: lower case, digits and '-', at most 63; "app" where nothing is left.
std::string label_of(std::string_view text);

// A command line as arguments, where that is the same without a shell: one command of plain words.
// ${NAME:-word} becomes the word, $PORT the port. Nothing where it needs a shell.
std::optional<std::vector<std::string>> arguments_of(std::string_view command, std::string_view port);

// "v20.11.1" is {20, 11, 1}; the first version there is in the text, or nothing.
std::vector<int> numbers_of(std::string_view version);

}  // namespace container_kit::kit::generate
