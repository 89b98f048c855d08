#include "dockerfile/syntax.h"

#include <algorithm>
#include <array>

#include "analyze/text.h"

namespace container_kit::kit::dockerfile {
namespace {

constexpr std::array<std::string_view, 18> kNames{
    "ADD",   "ARG",        "CMD",     "COPY", "ENTRYPOINT", "ENV",        "EXPOSE", "FROM",   "HEALTHCHECK",
    "LABEL", "MAINTAINER", "ONBUILD", "RUN",  "SHELL",      "STOPSIGNAL", "USER",   "VOLUME", "WORKDIR",
};

// By letter, the first name that does not come before it.
constexpr std::array<std::size_t, 26> kFirstOfLetter = [] {
  std::array<std::size_t, 26> first{};
  for (std::size_t letter = 0; letter < first.size(); ++letter) {
    while (first[letter] < kNames.size() && kNames[first[letter]].front() < static_cast<char>('A' + letter)) {
      ++first[letter];
    }
  }
  return first;
}();

template <typename Items>
const typename Items::value_type* named(const Items& items, std::string_view name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

std::string_view name_of(Keyword keyword) {
  return keyword == Keyword::kUnknown ? std::string_view{} : kNames[static_cast<std::size_t>(keyword)];
}

Keyword keyword_of(std::string_view name) {
  if (name.empty()) return Keyword::kUnknown;
  const char first = static_cast<char>(name.front() & ~('a' ^ 'A'));  // in capitals, if it is a letter
  if (first < 'A' || first > 'Z') return Keyword::kUnknown;
  const auto same = [&](std::string_view known) {
    return std::equal(known.begin(), known.end(), name.begin(), name.end(),
                      [](char a, char b) { return a == (b >= 'a' && b <= 'z' ? b - 'a' + 'A' : b); });
  };
  for (auto i = kFirstOfLetter[static_cast<std::size_t>(first - 'A')];
       i < kNames.size() && kNames[i].front() == first; ++i) {
    if (same(kNames[i])) return static_cast<Keyword>(i);
  }
  return Keyword::kUnknown;
}

const Flag* Instruction::flag(std::string_view wanted) const {
  return named(flags, wanted);
}

const Directive* Dockerfile::directive(std::string_view name) const {
  return named(directives, name);
}

}  // namespace container_kit::kit::dockerfile
