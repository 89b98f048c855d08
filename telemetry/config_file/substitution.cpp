#include "substitution.h"

namespace container_kit::telemetry::config_file {
namespace {

bool is_name_character(char c, bool first) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return is_letter || (!first && c >= '0' && c <= '9');
}

// "${", ["env:"], NAME, [":-" DEFAULT], "}" is the whole of `text`, without its braces.
Expected<std::string> resolve(std::string_view text, const config::Lookup& lookup) {
  constexpr std::string_view kPrefix = "env:";
  std::string_view rest = text;
  if (rest.starts_with(kPrefix)) rest.remove_prefix(kPrefix.size());
  std::size_t length = 0;
  while (length < rest.size() && is_name_character(rest[length], length == 0)) ++length;
  const std::string name(rest.substr(0, length));
  rest.remove_prefix(length);
  const bool has_default = rest.starts_with(":-");
  if (name.empty() || (!has_default && !rest.empty())) {
    return Error{ErrorCode::kInvalidConfig, "\"${" + std::string(text) +
                                                "}\" is no reference to a variable; allowed: ${VAR} and "
                                                "${VAR:-default}, and $$ for a $"};
  }
  std::string value = lookup(name.c_str());
  return value.empty() && has_default ? std::string(rest.substr(2)) : value;
}

}  // namespace

Expected<std::string> substitute(std::string_view text, const config::Lookup& lookup) {
  std::string out;
  while (!text.empty()) {
    const std::size_t dollar = std::min(text.find('$'), text.size());
    out += text.substr(0, dollar);
    text.remove_prefix(dollar);
    if (text.starts_with("$$")) {
      out += '$';
      text.remove_prefix(2);
      continue;
    }
    // A reference ends before the next escape: "${A:-$${B}}" holds none.
    const std::string_view before_escape = text.substr(0, text.find("$$"));
    const std::size_t close = before_escape.starts_with("${") ? before_escape.find('}') : std::string::npos;
    if (close == std::string::npos || close == 2) {
      out += text.substr(0, std::min<std::size_t>(1, text.size()));
      text.remove_prefix(std::min<std::size_t>(1, text.size()));
      continue;
    }
    auto value = resolve(before_escape.substr(2, close - 2), lookup);
    if (!value) return value;
    out += *value;
    text.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace container_kit::telemetry::config_file
