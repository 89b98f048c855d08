#include "analyze/document.h"

#include <algorithm>

namespace container_kit::kit::analysis {
namespace {

const Node kMissingNode;

}  // namespace

Node Node::scalar(std::string text) {
  Node node(Kind::kScalar);
  node.text_ = std::move(text);
  return node;
}

Node Node::array() {
  return Node(Kind::kArray);
}

Node Node::object(std::string text) {
  Node node(Kind::kObject);
  node.text_ = std::move(text);
  return node;
}

Node& Node::add(std::string key, Node node) {
  return members_.emplace_back(Member{std::move(key), std::move(node)}).node;
}

const Node& Node::operator[](std::string_view key) const {
  const auto found =
      std::find_if(members_.begin(), members_.end(), [&](const Member& m) { return m.key == key; });
  return found == members_.end() || !is_object() ? kMissingNode : found->node;
}

std::vector<const Node*> Node::all(std::string_view key) const {
  std::vector<const Node*> nodes;
  for (const auto& member : members_) {
    if (member.key == key) nodes.push_back(&member.node);
  }
  return nodes;
}

std::vector<std::string_view> Node::texts() const {
  if (is_scalar()) return {text_};
  std::vector<std::string_view> texts;
  for (const auto& member : members_) {
    if (is_array() && member.node.is_scalar()) texts.push_back(member.node.text());
  }
  return texts;
}

}  // namespace container_kit::kit::analysis
