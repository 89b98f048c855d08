// Secrets that are none: made up by code, in the form of real ones, so that what looks for secrets in a
// repository finds nothing here.
#pragma once

#include <string>
#include <vector>

namespace container_kit::telemetry::test {

struct SeededSecret {
  std::string kind;    // the detector's name
  std::string text;    // the text that it hides in
  std::string secret;  // the part of it that must not be seen
};

// Two hundred and more: each kind, alone and in longer texts. The same each time.
std::vector<SeededSecret> seeded_secrets();

// Two thousand texts that look a little like it, and are harmless.
std::vector<std::string> harmless_texts();

// Attribute keys whose value is secret whatever it is.
std::vector<std::string> secret_keys();

}  // namespace container_kit::telemetry::test
