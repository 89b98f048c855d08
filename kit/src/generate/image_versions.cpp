#include "generate/image_versions.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "analyze/safe_text.h"
#include "analyze/text.h"
#include "generate/safe_words.h"
#include "generate/version_range.h"

namespace container_kit::kit::generate {
namespace {

using Dialect = VersionRange::Dialect;

struct Images {
  std::string_view runtime;
  std::string_view usual;
  std::string_view known;  // oldest first; all of them have the tag that the recipe writes
  Dialect dialect = Dialect::kOther;
  bool builds_older = false;  // what is stated is the least that the sources need
};

// Of Docker's official images, those with a Debian 12 variant; for Java the long-term releases, which Maven,
// Gradle and Temurin images all have.
constexpr std::array<Images, 7> kImages{{
    {"node", "22", "16 18 20 21 22 23 24", Dialect::kNpm},
    {"python", "3.12", "3.7 3.8 3.9 3.10 3.11 3.12 3.13 3.14"},
    {"ruby", "3.3", "3.0 3.1 3.2 3.3 3.4"},
    {"php", "8.3", "8.1 8.2 8.3 8.4", Dialect::kComposer},
    {"go", "1.23", "1.20 1.21 1.22 1.23 1.24 1.25", Dialect::kOther, true},
    {"rust", "1.88",
     "1.70 1.71 1.72 1.73 1.74 1.75 1.76 1.77 1.78 1.79 1.80 1.81 1.82 1.83 1.84 1.85 1.86 1.87 1.88",
     Dialect::kOther, true},
    {"java", "21", "8 11 17 21 25"},
}};

// Node.js's names of its long-term releases.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kLongTerm{{
    {"lts/*", "24"},
    {"lts/krypton", "24"},
    {"lts/jod", "22"},
    {"lts/iron", "20"},
    {"lts/hydrogen", "18"},
    {"lts/gallium", "16"},
    {"lts/fermium", "14"},
    {"lts/erbium", "12"},
    {"lts/dubnium", "10"},
    {"lts/carbon", "8"},
    {"lts/boron", "6"},
    {"lts/argon", "4"},
    {"lts", "24"},
}};

std::string_view long_term(std::string_view stated) {
  const auto name = analysis::lower(stated);
  const auto found = std::find_if(kLongTerm.begin(), kLongTerm.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  return found == kLongTerm.end() ? stated : found->second;
}

std::string joined(const Numbers& numbers, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < std::min(count, numbers.size()); ++i) {
    text += (text.empty() ? "" : ".") + std::to_string(numbers[i]);
  }
  return text;
}

// The least known version that is not older, or the newest.
std::string_view nearest(const std::vector<std::string_view>& known, const Numbers& numbers) {
  const auto found = std::find_if(known.begin(), known.end(), [&](auto version) {
    auto wanted = numbers;
    const auto series = numbers_of(version);
    wanted.resize(std::min(wanted.size(), series.size()));
    return series >= wanted;
  });
  return found == known.end() ? known.back() : *found;
}

bool is_newer(const Numbers& numbers, std::string_view version) {
  const auto series = numbers_of(version);
  auto wanted = numbers;
  wanted.resize(series.size(), 0);
  return wanted > series;
}

ImageVersion unknown(std::string_view runtime, const std::string& version) {
  return {version, std::string(runtime) + " " + version +
                       " is newer than what Container Kit knows of: see that its image exists"};
}

// Java's "1.8" is 8. A newer one compiles for an older one, and runs it.
ImageVersion java_version(const std::vector<std::string_view>& known, std::string_view stated) {
  const auto numbers = numbers_of(stated);
  if (numbers.empty()) return {};
  const Numbers major{numbers.size() > 1 && numbers[0] == 1 ? numbers[1] : numbers[0]};
  if (is_newer(major, known.back())) return unknown("java", joined(major, 1));
  return {std::string(nearest(known, major)), {}};
}

ImageVersion outside(const Images& images, const std::vector<std::string_view>& known,
                     std::string_view stated) {
  const auto numbers = numbers_of(stated);
  if (is_newer(numbers, known.back())) {
    return unknown(images.runtime, joined(numbers, numbers_of(images.usual).size()));
  }
  if (images.builds_older) return {std::string(images.usual), {}};
  ImageVersion chosen{std::string(nearest(known, numbers)), {}};
  chosen.warning = std::string(images.runtime) + " " + analysis::printable(stated) +
                   " is asked for, which no image on Debian 12 has: the build uses " + chosen.version;
  return chosen;
}

}  // namespace

ImageVersion image_version(std::string_view runtime, std::string_view stated) {
  const auto found = std::find_if(kImages.begin(), kImages.end(),
                                  [&](const Images& images) { return images.runtime == runtime; });
  if (found == kImages.end()) return {};
  const auto& images = *found;
  const auto known = analysis::words_of(images.known);
  if (runtime == "node") stated = long_term(stated);
  if (runtime == "java") {
    auto chosen = java_version(known, stated);
    return chosen.version.empty() ? ImageVersion{std::string(images.usual), {}} : chosen;
  }
  const VersionRange range(stated, images.dialect);
  if (range.admits(numbers_of(images.usual))) return {std::string(images.usual), {}};
  const auto newest = std::find_if(known.rbegin(), known.rend(),
                                   [&](auto version) { return range.admits(numbers_of(version)); });
  if (newest != known.rend()) return {std::string(*newest), {}};
  return outside(images, known, stated);
}

}  // namespace container_kit::kit::generate
