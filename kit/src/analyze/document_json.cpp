#include <boost/json.hpp>

#include "analyze/document.h"

namespace container_kit::kit::analysis {
namespace {

namespace json = boost::json;

Node to_node(const json::value& value) {
  if (const auto* object = value.if_object()) {
    Node node = Node::object();
    for (const auto& [key, member] : *object) node.add(std::string(key), to_node(member));
    return node;
  }
  if (const auto* array = value.if_array()) {
    Node node = Node::array();
    for (const auto& item : *array) node.add({}, to_node(item));
    return node;
  }
  if (const auto* string = value.if_string()) return Node::scalar(std::string(*string));
  return value.is_null() ? Node::scalar({}) : Node::scalar(json::serialize(value));
}

}  // namespace

std::optional<Node> parse_json(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  json::parse_options options;
  options.max_depth = kMaxDocumentDepth;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  boost::system::error_code error;
  const auto value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return std::nullopt;
  return to_node(value);
}

}  // namespace container_kit::kit::analysis
