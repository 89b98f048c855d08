#include <pugixml.hpp>

#include "analyze/document.h"

namespace container_kit::kit::analysis {
namespace {

Node to_node(const pugi::xml_node& element, std::size_t depth) {
  Node node = Node::object(element.text().get());
  for (const auto& attribute : element.attributes()) {
    std::string key(1, '@');
    key += attribute.name();
    node.add(std::move(key), Node::scalar(attribute.value()));
  }
  if (depth > kMaxDocumentDepth) return node;
  for (const auto& child : element.children()) {
    if (child.type() == pugi::node_element) node.add(child.name(), to_node(child, depth + 1));
  }
  return node.members().empty() ? Node::scalar(element.text().get()) : node;
}

}  // namespace

std::optional<Node> parse_xml(std::string_view text) {
  pugi::xml_document document;
  const auto result =
      document.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_trim_pcdata);
  if (!result || !document.document_element()) return std::nullopt;
  const auto root = document.document_element();
  Node node = Node::object();
  node.add(root.name(), to_node(root, 0));
  return node;
}

}  // namespace container_kit::kit::analysis
