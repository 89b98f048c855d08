#include "dockerfile/lines.h"

namespace container_kit::kit::dockerfile {

std::string_view trimmed_left(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

std::string_view trimmed(std::string_view text) {
  text = trimmed_left(text);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<SourceLine> source_lines(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<SourceLine> lines;
  constexpr std::size_t kUsualLength = 32;
  lines.reserve(text.size() / kUsualLength + 1);
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back({line, number});
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return lines;
}

bool is_comment(std::string_view line) {
  return trimmed_left(line).starts_with('#');
}

Continuation continuation_of(std::string_view line, char escape) {
  auto text = line;
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  if (!text.ends_with(escape)) return {line, false};
  text.remove_suffix(1);
  if (text.ends_with(escape)) return {line, false};
  return {text, true};
}

std::vector<Span> spans_of(std::string_view text) {
  constexpr std::size_t kUsual = 8;
  std::vector<Span> spans;
  spans.reserve(kUsual);
  for_each_span(text, [&](Span span) { spans.push_back(span); });
  return spans;
}

std::size_t quoted_end(std::string_view text, std::size_t at, char escape) {
  char quote = 0;
  for (; at < text.size() && (quote != 0 || !is_space(text[at])); ++at) {
    const char byte = text[at];
    if (byte == escape && quote != '\'' && at + 1 < text.size()) {
      ++at;
    } else if (quote != 0) {
      if (byte == quote) quote = 0;
    } else if (byte == '"' || byte == '\'') {
      quote = byte;
    }
  }
  return at;
}

std::vector<Span> quoted_spans_of(std::string_view text, char escape) {
  constexpr std::size_t kUsual = 4;
  std::vector<Span> spans;
  spans.reserve(kUsual);
  for (std::size_t i = 0; i < text.size();) {
    if (is_space(text[i])) {
      ++i;
      continue;
    }
    const auto end = quoted_end(text, i, escape);
    spans.push_back({i, end});
    i = end;
  }
  return spans;
}

bool is_listed(std::string_view names, std::string_view name) {
  if (name.empty()) return false;
  for (auto at = names.find(name); at != std::string_view::npos; at = names.find(name, at + 1)) {
    const auto end = at + name.size();
    if ((at == 0 || names[at - 1] == ' ') && (end == names.size() || names[end] == ' ')) return true;
  }
  return false;
}

}  // namespace container_kit::kit::dockerfile
