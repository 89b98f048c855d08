#include "support/thrift_tree.h"

#include <bit>
#include <cstdio>
#include <stdexcept>

namespace container_kit::telemetry::test {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool at_end() const { return at_ == bytes_.size(); }

  ThriftTree value(int type) {
    ThriftTree tree;
    tree.type = type;
    switch (type) {
      case 2:
        tree.number = number(1);
        break;
      case 4:
        tree.real = std::bit_cast<double>(number(8));
        break;
      case 8:
        tree.number = static_cast<std::int32_t>(number(4));
        break;
      case 10:
        tree.number = number(8);
        break;
      case 11:
        tree.text = take(static_cast<std::size_t>(number(4)));
        break;
      case 12:
        read_fields(tree);
        break;
      case 15:
        read_items(tree);
        break;
      default:
        throw std::runtime_error("type " + std::to_string(type));
    }
    return tree;
  }

 private:
  std::string take(std::size_t size) {
    if (size > bytes_.size() - at_) throw std::runtime_error("ends early");
    at_ += size;
    return std::string(bytes_.substr(at_ - size, size));
  }
  std::int64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const char c : take(size)) value = value << 8U | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(value);
  }
  void read_fields(ThriftTree& tree) {
    for (std::int64_t type = number(1); type != 0; type = number(1)) {
      const auto id = static_cast<int>(number(2));
      if (!tree.fields.emplace(id, value(static_cast<int>(type))).second) {
        throw std::runtime_error("a field twice");
      }
    }
  }
  void read_items(ThriftTree& tree) {
    const auto type = static_cast<int>(number(1));
    for (std::int64_t count = number(4); count > 0; --count) tree.items.push_back(value(type));
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

std::string hex(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += digits;
  }
  return out;
}

std::string join(const std::string& open, const std::vector<std::string>& parts, const std::string& close) {
  std::string out = open;
  for (std::size_t i = 0; i < parts.size(); ++i) out.append(i == 0 ? "" : ",").append(parts[i]);
  return out + close;
}

}  // namespace

ThriftTree read_thrift(std::string_view bytes) {
  constexpr int kStruct = 12;
  Reader reader(bytes);
  ThriftTree tree = reader.value(kStruct);
  if (!reader.at_end()) throw std::runtime_error("bytes behind the struct");
  return tree;
}

std::string draw(const ThriftTree& tree) {
  std::vector<std::string> parts;
  switch (tree.type) {
    case 2:
      return "bool " + std::to_string(tree.number);
    case 4:
      return "double " + std::to_string(std::bit_cast<std::int64_t>(tree.real));
    case 8:
      return "i32 " + std::to_string(tree.number);
    case 10:
      return "i64 " + std::to_string(tree.number);
    case 11:
      return "string " + hex(tree.text);
    case 12:
      for (const auto& [id, field] : tree.fields) parts.push_back(std::to_string(id) + ":" + draw(field));
      return join("{", parts, "}");
    default:
      for (const ThriftTree& item : tree.items) parts.push_back(draw(item));
      return join("[", parts, "]");
  }
}

}  // namespace container_kit::telemetry::test
