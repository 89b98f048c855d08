// One way to look into JSON, TOML, YAML and XML manifests.
//
// A Node is what a parser found, with every scalar as its text, so that detectors read all formats alike and
// need no parser's header. A missing key gives an empty Node, so a path of keys can be asked for without
// checks: `document["project"]["requires-python"].text()`. XML: an element is an object of its children;
// attributes are members named "@Name"; an element with nothing but text is a scalar; one with attributes and
// text is an object that has a text() as well. Members that repeat, as XML's do, are all kept:
// all("dependency").
//
// Errors: a parser that fails gives nothing. Sizes are bounded: documents too deep or with too many nodes
// (YAML aliases can multiply) fail as well. Thread safety and ownership: values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace container_kit::kit::analysis {

class Node {
 public:
  struct Member;

  Node() = default;
  static Node scalar(std::string text);
  static Node array();
  static Node object(std::string text = {});
  Node& add(std::string key, Node node);  // returns the node as it lies here; an array's keys are empty

  bool is_scalar() const { return kind_ == Kind::kScalar; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_object() const { return kind_ == Kind::kObject; }
  explicit operator bool() const { return kind_ != Kind::kMissing; }

  const std::string& text() const { return text_; }  // a scalar's or an XML element's, else empty
  const std::vector<Member>& members() const { return members_; }
  const Node& operator[](std::string_view key) const;
  bool has(std::string_view key) const { return static_cast<bool>((*this)[key]); }
  std::vector<const Node*> all(std::string_view key) const;
  // The texts of an array's scalars; of a single scalar, that one.
  std::vector<std::string_view> texts() const;

 private:
  enum class Kind { kMissing, kScalar, kArray, kObject };
  explicit Node(Kind kind);

  Kind kind_ = Kind::kMissing;
  std::string text_;
  std::vector<Member> members_;
};

struct Node::Member {
  std::string key;
  Node node;
};

// Here, because a vector of members wants to know what a member is.
inline Node::Node(Kind kind) : kind_(kind) {}

std::optional<Node> parse_json(std::string_view text);  // comments and trailing commas are allowed
std::optional<Node> parse_toml(std::string_view text);
std::optional<Node> parse_yaml(std::string_view text);  // the first document
std::optional<Node> parse_xml(std::string_view text);   // the root element's content, under its name

constexpr std::size_t kMaxDocumentDepth = 100;
constexpr std::size_t kMaxDocumentNodes = 200'000;

}  // namespace container_kit::kit::analysis
