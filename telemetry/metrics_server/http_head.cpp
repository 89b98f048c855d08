#include "http_head.h"

#include <algorithm>

namespace container_kit::telemetry::metrics_server {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equals_in_any_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// METHOD SP target SP HTTP/1.x
bool parse_request_line(std::string_view line, HttpHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == 0 || last <= first + 1) return false;
  const std::string_view version = line.substr(last + 1);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return false;
  if (target.find(' ') != std::string_view::npos || target.front() != '/') return false;
  head.method = line.substr(0, first);
  head.path = target.substr(0, target.find('?'));
  return true;
}

bool parse_field(std::string_view line, HttpHead& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || line.front() == ' ' || line.front() == '\t')
    return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (equals_in_any_case(name, "accept")) head.accept = value;
  if (equals_in_any_case(name, "accept-encoding")) head.accept_encoding = value;
  if (equals_in_any_case(name, "authorization")) head.authorization = value;
  return true;
}

}  // namespace

std::optional<HttpHead> parse_head(std::string_view text) {
  HttpHead head;
  bool is_first = true;
  for (;;) {
    const std::size_t end = text.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (!is_first && line.empty()) return head;
    if (!(is_first ? parse_request_line(line, head) : parse_field(line, head))) return std::nullopt;
    is_first = false;
  }
}

}  // namespace container_kit::telemetry::metrics_server
