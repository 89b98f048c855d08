#include "generate/version_range.h"

#include <algorithm>
#include <string>

#include "analyze/text.h"
#include "generate/safe_words.h"

namespace container_kit::kit::generate {
namespace {

constexpr int kNewest = 1'000'000;  // above what numbers_of() gives
constexpr std::size_t kParts = 4;
constexpr std::string_view kSigns = "<>=!~^";
constexpr std::string_view kBetween = " \t,";

Numbers padded(Numbers numbers, int with) {
  numbers.resize(std::max(kParts, numbers.size()), with);
  return numbers;
}

bool same_so_far(const Numbers& a, const Numbers& b) {
  return std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())),
                    b.begin());
}

// "jruby-9.4" and "lts/iron" are no versions of the runtime.
Numbers read_version(std::string_view word) {
  if (word.starts_with('v')) word.remove_prefix(1);
  const bool is_version = !word.empty() && word.front() >= '0' && word.front() <= '9';
  return is_version ? numbers_of(word) : Numbers();
}

std::string_view taken(std::string_view& text, std::size_t count) {
  const auto head = text.substr(0, count);
  text.remove_prefix(head.size());
  return head;
}

}  // namespace

VersionRange::VersionRange(std::string_view text, Dialect dialect) {
  for (const auto part : analysis::split(text, '|')) alternatives_.push_back(bounds_of(part, dialect));
}

void VersionRange::add(std::string_view sign, Numbers numbers, Dialect dialect, Bounds& bounds) {
  const bool is_npm = dialect == Dialect::kNpm;
  if (sign == "<") return bounds.push_back({Compares::kLess, std::move(numbers)});
  if (sign == ">=") return bounds.push_back({Compares::kMoreOrSame, std::move(numbers)});
  if (sign == "!=") return bounds.push_back({Compares::kNotSame, std::move(numbers)});
  if (sign == "<=" || sign == ">") {
    return bounds.push_back({sign == ">" ? Compares::kMore : Compares::kLessOrSame,
                             is_npm ? padded(std::move(numbers), kNewest) : std::move(numbers)});
  }
  if (sign.starts_with('~') || sign == "^") {
    auto prefix = numbers;
    bounds.push_back({Compares::kMoreOrSame, std::move(numbers)});
    const bool last_grows = sign == "~>" || sign == "~=" || dialect == Dialect::kComposer;
    const auto fixed = sign == "^" ? 1 : last_grows ? prefix.size() - 1 : 2;
    prefix.resize(std::clamp<std::size_t>(fixed, 1, prefix.size()));
    return bounds.push_back({Compares::kSame, std::move(prefix)});
  }
  bounds.push_back({Compares::kSame, std::move(numbers)});
}

VersionRange::Bounds VersionRange::bounds_of(std::string_view text, Dialect dialect) {
  Bounds bounds;
  bool is_span = false;  // "16 - 18": both ends belong to it, with all that they stand for
  while (!text.empty()) {
    taken(text, std::min(text.find_first_not_of(kBetween), text.size()));
    const auto sign = taken(text, std::min(text.find_first_not_of(kSigns), text.size()));
    taken(text, std::min(text.find_first_not_of(kBetween), text.size()));
    const auto word = taken(text, std::min(text.find_first_of(" \t,<>=!~^"), text.size()));
    auto numbers = read_version(word);
    if (is_span && !numbers.empty()) {
      bounds.back().compares = Compares::kMoreOrSame;
      bounds.push_back({Compares::kLessOrSame, padded(std::move(numbers), kNewest)});
    } else if (!numbers.empty()) {
      add(sign, std::move(numbers), dialect, bounds);
    }
    is_span = word == "-" && !bounds.empty();
  }
  return bounds;
}

bool VersionRange::holds(const Bound& bound, const Numbers& series) {
  if (bound.compares == Compares::kSame) return same_so_far(bound.numbers, series);
  if (bound.compares == Compares::kNotSame) {
    return bound.numbers.size() > series.size() || !same_so_far(bound.numbers, series);
  }
  const auto newest = padded(series, kNewest);
  const auto limit = padded(bound.numbers, 0);
  if (bound.compares == Compares::kLess) return newest < limit;
  if (bound.compares == Compares::kLessOrSame) return newest <= limit;
  return bound.compares == Compares::kMore ? newest > limit : newest >= limit;
}

bool VersionRange::admits(const Numbers& series) const {
  if (alternatives_.empty()) return true;
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const Bounds& bounds) {
    return std::all_of(bounds.begin(), bounds.end(),
                       [&](const Bound& bound) { return holds(bound, series); });
  });
}

}  // namespace container_kit::kit::generate
