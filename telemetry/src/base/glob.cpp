#include "base/glob.h"

#include "base/ascii.h"

namespace container_kit::telemetry::base {

// Only the last star is ever taken up again: what an earlier one swallowed cannot matter any more.
bool matches_glob(std::string_view glob, std::string_view text) noexcept {
  std::size_t in_glob = 0;
  std::size_t in_text = 0;
  std::size_t star = std::string_view::npos;
  std::size_t after_star = 0;  // where in the text the star's run ends, so far
  while (in_text < text.size()) {
    if (in_glob < glob.size() && glob[in_glob] == '*') {
      star = in_glob++;
      after_star = in_text;
    } else if (in_glob < glob.size() &&
               (glob[in_glob] == '?' || to_lower(glob[in_glob]) == to_lower(text[in_text]))) {
      ++in_glob;
      ++in_text;
    } else if (star != std::string_view::npos) {
      in_glob = star + 1;
      in_text = ++after_star;
    } else {
      return false;
    }
  }
  while (in_glob < glob.size() && glob[in_glob] == '*') ++in_glob;
  return in_glob == glob.size();
}

}  // namespace container_kit::telemetry::base
