// A tree of values and the one way to write it as YAML: nothing in a value can become structure.
//
// Strings are quoted unless they are plain words that no YAML parser takes for something else; yaml-cpp
// writes the quoted ones. The order of members is kept.
//
// Thread safety: pure functions. Ownership: a value owns what it holds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace container_kit::kit::manifests {

class Yaml {
 public:
  using List = std::vector<Yaml>;
  using Member = std::pair<std::string, Yaml>;
  using Map = std::vector<Member>;
  using Value = std::variant<std::string, std::int64_t, bool, List, Map>;

  Yaml(const char* text) : value_(std::string(text)) {}
  Yaml(std::string text) : value_(std::move(text)) {}
  Yaml(int number) : value_(std::int64_t{number}) {}
  Yaml(std::int64_t number) : value_(number) {}
  Yaml(bool truth) : value_(truth) {}
  Yaml(List list) : value_(std::move(list)) {}
  Yaml(Map map) : value_(std::move(map)) {}

  const Value& value() const { return value_; }

 private:
  Value value_;
};

// One document, with a line end.
std::string to_yaml(const Yaml& document);

// Whether a string may stand without quotes: a letter, then letters, digits and - . /, and no word
// that YAML 1.1 or 1.2 reads as a boolean or null.
bool is_plain(std::string_view text);

}  // namespace container_kit::kit::manifests
