// Which names and extensions belong to which language.
//
// Thread safety: read-only data.
#pragma once

#include <string_view>

#include <container_kit/kit/analysis.h>

namespace container_kit::kit::analysis {

struct LanguageInfo {
  std::string_view name;
  LanguageKind kind;
  std::string_view extensions;    // without the dot, separated by spaces
  std::string_view file_names;    // exact names
  std::string_view interpreters;  // as a `#!` line names them, without version
};

// By name, else by extension; null when unknown or when the file is generated (a lock file, minified).
const LanguageInfo* language_of(std::string_view file_name);
// By the program of the first line, "#!/usr/bin/env python3"; null when there is none we know.
const LanguageInfo* language_of_script(std::string_view text);

extern const LanguageInfo* const kC;
extern const LanguageInfo* const kCpp;

}  // namespace container_kit::kit::analysis
