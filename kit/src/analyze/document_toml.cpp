#include <sstream>

#include <toml++/toml.h>

#include "analyze/document.h"

namespace container_kit::kit::analysis {
namespace {

Node to_node(const toml::node& value) {
  if (const auto* table = value.as_table()) {
    Node node = Node::object();
    for (const auto& [key, member] : *table) node.add(std::string(key.str()), to_node(member));
    return node;
  }
  if (const auto* array = value.as_array()) {
    Node node = Node::array();
    for (const auto& item : *array) node.add({}, to_node(item));
    return node;
  }
  if (const auto* string = value.as_string()) return Node::scalar(string->get());
  if (const auto* boolean = value.as_boolean()) return Node::scalar(boolean->get() ? "true" : "false");
  if (const auto* integer = value.as_integer()) return Node::scalar(std::to_string(integer->get()));
  std::ostringstream text;
  if (const auto* number = value.as_floating_point()) text << number->get();
  return Node::scalar(text.str());
}

}  // namespace

std::optional<Node> parse_toml(std::string_view text) {
  try {
    return to_node(toml::parse(text));
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

}  // namespace container_kit::kit::analysis
