#include "tools/quoted.h"

#include "analyze/safe_text.h"

namespace container_kit::kit {

std::string shortened(std::string_view text) {
  constexpr std::size_t kMost = 64;
  if (text.size() <= kMost) return analysis::printable(text);
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return analysis::printable(text.substr(0, end)) + "...";
}

std::string in_quotes(std::string_view text) {
  std::string result = "'";
  return result.append(shortened(text)).append("'");
}

}  // namespace container_kit::kit
