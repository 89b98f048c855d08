// Go's build constraints, for Linux on amd64 and arm64 with cgo.
//
// Thread safety: pure functions.
#pragma once

#include <string_view>

namespace container_kit::kit::analysis {

// linux, unix, amd64, arm64, cgo, gc, and the go1.N that all images' compilers are past; no others.
bool is_go_tag(std::string_view tag);

// What a "//go:build" line says among the comments before the package clause, else the "// +build" lines;
// true where there are none. Where it cannot be read, false, as the go command refuses the file.
bool go_constraint_holds(std::string_view header);

}  // namespace container_kit::kit::analysis
