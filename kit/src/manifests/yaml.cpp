#include "manifests/yaml.h"

#include <algorithm>
#include <iterator>

#include "manifests/yaml_text.h"

namespace container_kit::kit::manifests {
namespace {

constexpr std::size_t kIndent = 2;
// A key that is not marked with "?" may take 1,024 characters at most (YAML 1.2.2, section 7.4.2); in bytes,
// with some to spare.
constexpr std::size_t kLongestKey = 1'000;

// Writes block collections. Every value begins where its line has been indented already, and ends its line.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  // `column`: where the lines of a collection begin.
  void block(const Yaml& node,
             std::size_t column) {  // NOLINT(misc-no-recursion): as deep as the literals are
    if (!is_collection(node)) {
      scalar(node);
      out_ += '\n';
    } else if (const auto* list = std::get_if<Yaml::List>(&node.value())) {
      items(*list, column);
    } else {
      members(std::get<Yaml::Map>(node.value()), column);
    }
  }

 private:
  void items(const Yaml::List& list, std::size_t column) {  // NOLINT(misc-no-recursion)
    bool is_first = true;
    for (const auto& item : list.items()) {
      begin_line(is_first, column);
      out_ += "- ";
      block(item, column + kIndent);
    }
  }

  void members(const Yaml::Map& map, std::size_t column) {  // NOLINT(misc-no-recursion)
    bool is_first = true;
    for (const auto& [key, value] : map.members()) {
      begin_line(is_first, column);
      write_key(key, column);
      const bool is_block = is_collection(value);
      out_.append(1, is_block ? '\n' : ' ').append(is_block ? column + kIndent : 0, ' ');
      block(value, column + kIndent);
    }
  }

  void begin_line(bool& is_first, std::size_t column) {
    if (!is_first) out_.append(column, ' ');
    is_first = false;
  }

  void write_key(std::string_view key, std::size_t column) {
    const auto begin = out_.size();
    append_yaml_text(out_, key);
    if (out_.size() - begin > kLongestKey) {
      out_.insert(begin, "? ");
      out_.append(1, '\n').append(column, ' ');
    }
    out_ += ':';
  }

  static bool is_collection(const Yaml& node) {
    const auto* list = std::get_if<Yaml::List>(&node.value());
    const auto* map = std::get_if<Yaml::Map>(&node.value());
    return (list != nullptr && !list->items().empty()) || (map != nullptr && !map->members().empty());
  }

  struct Scalar {
    std::string& out;

    void operator()(std::string_view text) const { append_yaml_text(out, text); }
    void operator()(std::int64_t number) const { out += std::to_string(number); }
    void operator()(bool truth) const { out += truth ? "true" : "false"; }
    void operator()(const Yaml::List&) const { out += "[]"; }
    void operator()(const Yaml::Map&) const { out += "{}"; }
  };

  void scalar(const Yaml& node) { std::visit(Scalar{out_}, node.value()); }

  std::string& out_;
};

}  // namespace

// Here, where Yaml is complete.
YamlMap::YamlMap() = default;
YamlList::YamlList() = default;

YamlMap::YamlMap(std::initializer_list<YamlMember> members) {
  members_.reserve(members.size());
  for (const auto& [key, value] : members) members_.emplace_back(key, std::move(value));
}

void YamlMap::emplace_back(std::string_view key, Yaml value) {
  members_.emplace_back(key, std::move(value));
}

void YamlMap::append(YamlMap others) {
  std::move(others.members_.begin(), others.members_.end(), std::back_inserter(members_));
}

YamlList::YamlList(std::initializer_list<YamlItem> items) {
  items_.reserve(items.size());
  for (const auto& item : items) items_.push_back(std::move(item.value));
}

void YamlList::emplace_back(Yaml item) {
  items_.push_back(std::move(item));
}

std::string to_yaml(const Yaml& document) {
  constexpr std::size_t kUsual = 4'096;
  std::string text;
  text.reserve(kUsual);
  Writer(text).block(document, 0);
  return text;
}

}  // namespace container_kit::kit::manifests
