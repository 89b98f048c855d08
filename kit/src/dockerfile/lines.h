// The lines of a Dockerfile: what is a comment, what goes on in the next line, and the words within one.
//
// Thread safety: pure functions. Views point into the argument.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace container_kit::kit::dockerfile {

struct SourceLine {
  std::string_view text;  // without its end
  std::uint32_t number = 1;
};

// Ends are LF or CRLF. A byte order mark at the start is left out.
std::vector<SourceLine> source_lines(std::string_view text);

inline bool is_space(char byte) {
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}
std::string_view trimmed_left(std::string_view text);
std::string_view trimmed(std::string_view text);

// A line whose first mark is "#".
bool is_comment(std::string_view line);

// The line without the escape that ends it (and the white space behind), or nothing of it taken away. Two
// escapes at the end are one that is meant.
struct Continuation {
  std::string_view text;
  bool goes_on = false;
};
Continuation continuation_of(std::string_view line, char escape);

// A word of a text, by where it stands.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Separated by white space.
template <typename Visit>
void for_each_span(std::string_view text, const Visit& visit) {
  for (std::size_t i = 0; i < text.size();) {
    if (is_space(text[i])) {
      ++i;
      continue;
    }
    const auto begin = i;
    while (i < text.size() && !is_space(text[i])) ++i;
    visit(Span{begin, i});
  }
}
std::vector<Span> spans_of(std::string_view text);
// The same, but white space in quotes or behind an escape does not separate.
std::size_t quoted_end(std::string_view text, std::size_t at,
                       char escape);  // of the word that begins at `at`
std::vector<Span> quoted_spans_of(std::string_view text, char escape);

// Whether `name` is one of `names`, which single spaces separate.
bool is_listed(std::string_view names, std::string_view name);

}  // namespace container_kit::kit::dockerfile
