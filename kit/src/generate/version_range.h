// Which series of versions a manifest's constraint admits: ">=3.8,<3.11", "^18 || >=20", "~> 3.1", "8.1.*".
//
// A series is what an image's tag names, "3.11" or "20"; it stands for its newest release, as the tag does.
// The notations are those of node-semver, PEP 440, Poetry, RubyGems and Composer. Thread safety and
// ownership: values.
#pragma once

#include <string_view>
#include <vector>

namespace container_kit::kit::generate {

using Numbers = std::vector<int>;

class VersionRange {
 public:
  // Where the notations differ: npm's "<=18" and ">18" mean all of 18, and Composer's "~8.1" lets the 1 grow.
  enum class Dialect { kNpm, kComposer, kOther };

  // What cannot be read bounds nothing.
  VersionRange(std::string_view text, Dialect dialect);

  bool admits(const Numbers& series) const;

 private:
  enum class Compares { kSame, kNotSame, kLess, kLessOrSame, kMore, kMoreOrSame };
  struct Bound {
    Compares compares;
    Numbers numbers;
  };
  using Bounds = std::vector<Bound>;  // all of which must hold

  static Bounds bounds_of(std::string_view text, Dialect dialect);
  static void add(std::string_view sign, Numbers numbers, Dialect dialect, Bounds& bounds);
  static bool holds(const Bound& bound, const Numbers& series);

  std::vector<Bounds> alternatives_;
};

}  // namespace container_kit::kit::generate
