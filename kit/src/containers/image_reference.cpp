#include "containers/image_reference.h"

#include <algorithm>

namespace container_kit::kit::containers {
namespace {

constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestTag = 128;
constexpr std::size_t kLongestPort = 5;
constexpr std::size_t kDigestDigits = 64;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
  return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z');
}

// What may stand between two words of a path: a dot, one or two underscores, dashes.
bool is_separator(std::string_view text) {
  const bool is_dashes = std::all_of(text.begin(), text.end(), [](char c) { return c == '-'; });
  return text == "." || text == "_" || text == "__" || is_dashes;
}

// path-component
bool is_component(std::string_view part) {
  const auto is_word = [](char c) { return is_lower(c) || is_digit(c); };
  if (part.empty() || !is_word(part.front()) || !is_word(part.back())) return false;
  for (std::size_t i = 0; i < part.size();) {
    std::size_t end = i;
    while (!is_word(part[end])) ++end;  // the last is one
    if (end > i && !is_separator(part.substr(i, end - i))) return false;
    i = end + 1;
  }
  return true;
}

// domain: a host, told from a path by its dot, its port, or by being localhost.
bool is_domain(std::string_view part) {
  const std::size_t colon = part.find(':');
  const std::string_view host = part.substr(0, colon);
  const std::string_view port = colon == std::string_view::npos ? "0" : part.substr(colon + 1);
  const bool is_told =
      colon != std::string_view::npos || host == "localhost" || host.find('.') != std::string_view::npos;
  const auto fits = [](char c) { return is_alphanumeric(c) || c == '.' || c == '-'; };
  return is_told && !host.empty() && is_alphanumeric(host.front()) && is_alphanumeric(host.back()) &&
         std::all_of(host.begin(), host.end(), fits) && !port.empty() && port.size() <= kLongestPort &&
         std::all_of(port.begin(), port.end(), is_digit);
}

bool is_tag(std::string_view tag) {
  const auto fits = [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
  return !tag.empty() && tag.size() <= kLongestTag && tag.front() != '.' && tag.front() != '-' &&
         std::all_of(tag.begin(), tag.end(), fits);
}

bool is_digest(std::string_view digest) {
  constexpr std::string_view kAlgorithm = "sha256:";
  const auto is_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  if (digest.substr(0, kAlgorithm.size()) != kAlgorithm) return false;
  digest.remove_prefix(kAlgorithm.size());
  return digest.size() == kDigestDigits && std::all_of(digest.begin(), digest.end(), is_hex);
}

bool is_path(std::string_view text) {
  while (true) {
    const std::size_t end = text.find('/');
    if (!is_component(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

bool is_image_reference(std::string_view text) noexcept {
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    if (!is_digest(text.substr(at + 1))) return false;
    text = text.substr(0, at);
  }
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && text.find('/', colon) == std::string_view::npos) {
    if (!is_tag(text.substr(colon + 1))) return false;
    text = text.substr(0, colon);
  }
  if (text.size() > kLongestName) return false;
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos && is_domain(text.substr(0, slash))) text.remove_prefix(slash + 1);
  return is_path(text);
}

}  // namespace container_kit::kit::containers
