// The second step: which languages the files are in, and how many lines each has.
//
// A file's language follows from its name, its extension, or the `#!` of a file without extension. Binary
// files, lock files and minified files do not count. On the same pass through the text it is noted where a
// health endpoint shows, which spares the later steps a second reading.
//
// When asked to stop it stops, with what it has.
//
// Thread safety: pure but for the file system.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/analyze.h>

#include "analyze/file_tree.h"

namespace container_kit::kit::analysis {

struct LanguageScan {
  std::vector<Language> languages;
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  std::string health_endpoint;  // the first source file that seems to serve one, or empty
  std::vector<Note> notes;
};

LanguageScan scan_languages(const FileTree& tree, const AnalyzeLimits& limits,
                            const std::stop_token& stop = {});

}  // namespace container_kit::kit::analysis
