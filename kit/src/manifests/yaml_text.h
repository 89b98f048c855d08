// A string as YAML: plain where every parser reads it as that string, else in double quotes.
//
// Thread safety: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace container_kit::kit::manifests {

// Whether a string may stand without quotes: a letter, then letters, digits and - . /, and no word
// that YAML 1.1 or 1.2 reads as a boolean or null.
bool is_plain(std::string_view text);

// Appends it on one line, whatever is in it. What is not printable (YAML 1.2.2, production 1), breaks lines
// in YAML 1.1 or cannot be seen is escaped; what is no UTF-8 becomes U+FFFD.
void append_yaml_text(std::string& out, std::string_view text);

}  // namespace container_kit::kit::manifests
