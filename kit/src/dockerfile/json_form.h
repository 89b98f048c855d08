// The exec form of an instruction: a JSON array of strings.
//
// Thread safety: pure functions.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/text_store.h"

namespace container_kit::kit::dockerfile {

struct JsonString {
  std::string_view text;   // decoded
  std::size_t offset = 0;  // of the opening quote
};

// Nothing where the text is no array of strings: BuildKit takes it for the shell form then. The strings are
// views of the text, or of the store where an escape makes them others.
std::optional<std::pmr::vector<JsonString>> json_form_of(std::string_view text, TextStore& store);

// The text as one JSON string in quotes: what json_form_of() reads back as the same bytes.
std::string json_quoted(std::string_view text);

}  // namespace container_kit::kit::dockerfile
