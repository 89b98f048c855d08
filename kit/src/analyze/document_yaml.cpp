#include <yaml-cpp/yaml.h>

#include "analyze/document.h"

namespace container_kit::kit::analysis {
namespace {

class Converter {
 public:
  bool failed() const { return failed_; }

  Node convert(const YAML::Node& value, std::size_t depth) {
    if (++nodes_ > kMaxDocumentNodes || depth > kMaxDocumentDepth) failed_ = true;
    if (failed_) return {};
    if (value.IsMap()) {
      Node node = Node::object();
      for (const auto& member : value) {
        if (member.first.IsScalar()) node.add(member.first.Scalar(), convert(member.second, depth + 1));
      }
      return node;
    }
    if (value.IsSequence()) {
      Node node = Node::array();
      for (const auto& item : value) node.add({}, convert(item, depth + 1));
      return node;
    }
    return Node::scalar(value.IsScalar() ? value.Scalar() : std::string());
  }

 private:
  std::size_t nodes_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<Node> parse_yaml(std::string_view text) {
  try {
    Converter converter;
    Node node = converter.convert(YAML::Load(std::string(text)), 0);
    if (converter.failed()) return std::nullopt;
    return node;
  } catch (const YAML::Exception&) {
    return std::nullopt;
  }
}

}  // namespace container_kit::kit::analysis
