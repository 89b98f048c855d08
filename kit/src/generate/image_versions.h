// Which versions of a runtime the official images have, and the choice among them.
//
// The tags that recipes write carry a Debian release (golang:1.23-bookworm), and versions that were old when
// that came out never got such a tag; so a tag is written for a version that is known to have one.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace container_kit::kit::generate {

struct ImageVersion {
  std::string version;  // for the tag: of digits and dots
  std::string warning;  // what is not as the repository asks for it, or empty
};

// The version for what the repository states, or the usual one for "". What the usual one satisfies is given
// that, a bare "3.11" that; a range without it is given the newest known version in it. What is older than
// all images is given the oldest one that there is (Go and Rust: the usual one, as their compilers build
// older sources), what is newer than those known is taken as it stands.
//
// `runtime` is one of node, python, ruby, php, go, rust, java.
ImageVersion image_version(std::string_view runtime, std::string_view stated);

}  // namespace container_kit::kit::generate
