// Variables in the arguments of instructions: $name, ${name}, ${name:-word} and its relatives, and quotes.
//
// BuildKit substitutes in ADD, COPY, ENV, EXPOSE, FROM, LABEL, STOPSIGNAL, USER, VOLUME, WORKDIR and ONBUILD
// of these; in RUN, CMD and ENTRYPOINT the shell does it. Single quotes keep all as it is, the escape the
// next byte.
//
// Thread safety: pure functions.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace container_kit::kit::dockerfile {

// Views of the text.
struct VariableUse {
  std::string_view name;
  std::size_t offset = 0;     // of the "$"
  std::string_view modifier;  // "", ":-", "+", "#", …
  std::string_view word;      // what follows the modifier
};

// In order, those in the words of others too.
std::vector<VariableUse> variables_in(std::string_view text, char escape);

// What a name stands for; nothing when it is not set.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

constexpr std::size_t kLongestText = 65'536;

struct Substituted {
  std::string text;  // without quotes and escapes
  // false where a variable was not set (it became ""), or is cut to a pattern, or the text was too long: it
  // ends where it had kLongestText bytes, so that variables of variables do not grow without end.
  bool complete = true;
};

Substituted substitute(std::string_view text, char escape, const Lookup& lookup);

// Whether a quote is opened and not closed, which BuildKit refuses.
bool has_open_quote(std::string_view text, char escape);

}  // namespace container_kit::kit::dockerfile
