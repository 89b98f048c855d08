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
  const auto same = [&](std::string_view known) {
    return known.front() == first &&
           std::equal(known.begin(), known.end(), name.begin(), name.end(),
                      [](char a, char b) { return a == (b >= 'a' && b <= 'z' ? b - 'a' + 'A' : b); });
  };
  const auto found = std::find_if(kNames.begin(), kNames.end(), same);
  return static_cast<Keyword>(found - kNames.begin());  // kUnknown is the one behind the last
}

const Flag* Instruction::flag(std::string_view wanted) const {
  return named(flags, wanted);
}

const Directive* Dockerfile::directive(std::string_view name) const {
  return named(directives, name);
}

}  // namespace container_kit::kit::dockerfile
