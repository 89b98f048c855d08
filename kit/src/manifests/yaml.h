// A tree of values and the one way to write it as YAML: nothing in a value can become structure.
//
// Written here and not by yaml-cpp, whose emitter asks regular expressions about each byte of a string, even
// of one that is to be quoted (90% of the time that manifests took). yaml_text.h says how strings are
// written. Collections are blocks, empty ones [] and {}. The order of members is kept.
//
// Thread safety: pure functions. Ownership: a value owns what it holds, but for keys and literals, which must
// outlive it. Braced lists hand their items on without a copy.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace container_kit::kit::manifests {

class Yaml;
struct YamlMember;
struct YamlItem;

class YamlMap {
 public:
  YamlMap();
  YamlMap(std::initializer_list<YamlMember> members);

  void emplace_back(std::string_view key, Yaml value);
  void append(YamlMap others);
  const std::vector<std::pair<std::string_view, Yaml>>& members() const { return members_; }

 private:
  std::vector<std::pair<std::string_view, Yaml>> members_;
};

class YamlList {
 public:
  YamlList();
  YamlList(std::initializer_list<YamlItem> items);

  void emplace_back(Yaml item);
  const std::vector<Yaml>& items() const { return items_; }

 private:
  std::vector<Yaml> items_;
};

class Yaml {
 public:
  using Map = YamlMap;
  using List = YamlList;
  using Value = std::variant<std::string_view, std::string, std::int64_t, bool, List, Map>;

  Yaml(const char* literal) : value_(std::string_view(literal)) {}
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

// The elements of an initializer_list are const; what is mutable in them can be moved out all the same.
struct YamlMember {
  YamlMember(std::string_view name, Yaml held) : key(name), value(std::move(held)) {}

  std::string_view key;
  mutable Yaml value;
};

struct YamlItem {
  template <typename Value>
  YamlItem(Value held) : value(std::move(held)) {}

  mutable Yaml value;
};

// One document, with a line end.
std::string to_yaml(const Yaml& document);

}  // namespace container_kit::kit::manifests
