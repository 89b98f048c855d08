#include "support/thrift_driver.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

#include "protocol/thrift_writer.h"
#include "support/thrift_tree.h"

namespace container_kit::telemetry::test {
namespace {

using protocol::ThriftWriter;
using Type = ThriftWriter::Type;

constexpr int kDeepest = 20;

// Takes what it is asked for off the front; zeros where the bytes end.
class Input {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    const std::string taken = text(size);
    std::memcpy(&value, taken.data(), taken.size());
    return value;
  }
  std::string text(std::size_t size) {
    std::string taken(bytes_.substr(0, std::min(size, bytes_.size())));
    bytes_.remove_prefix(taken.size());
    return taken;
  }

 private:
  std::string_view bytes_;
};

ThriftTree tree_of(Type type) {
  ThriftTree tree;
  tree.type = static_cast<int>(type);
  return tree;
}

ThriftTree put_struct(Input& input, ThriftWriter& writer, int depth);

ThriftTree put_list(Input& input, ThriftWriter& writer, std::uint8_t id, int depth) {
  ThriftTree tree = tree_of(Type::kList);
  const std::size_t begin = writer.begin_list(id, Type::kStruct);
  for (std::uint64_t count = input.number(1) % 4; count > 0; --count) {
    tree.items.push_back(put_struct(input, writer, depth + 1));
  }
  writer.end_list(begin, tree.items.size());
  return tree;
}

// A string that is written piece by piece.
ThriftTree put_pieces(Input& input, ThriftWriter& writer, std::uint8_t id) {
  ThriftTree tree = tree_of(Type::kString);
  const std::size_t begin = writer.begin_string(id);
  for (std::uint64_t count = input.number(1) % 4; count > 0; --count) {
    const std::string piece = input.text(input.number(1));
    writer.out().append(piece);
    tree.text += piece;
  }
  writer.end_string(begin);
  return tree;
}

ThriftTree put_field(Input& input, ThriftWriter& writer, std::uint8_t id, int depth) {
  const std::uint64_t kind = input.number(1) % (depth < kDeepest ? 8 : 6);
  ThriftTree tree = tree_of(Type::kBool);
  switch (kind) {
    case 0:
      tree.number = static_cast<std::int64_t>(input.number(1) % 2);
      writer.bool_field(id, tree.number != 0);
      return tree;
    case 1:
      tree = tree_of(Type::kDouble);
      tree.real = std::bit_cast<double>(input.number(8));
      writer.double_field(id, tree.real);
      return tree;
    case 2:
      tree = tree_of(Type::kI32);
      tree.number = static_cast<std::int32_t>(input.number(4));
      writer.i32_field(id, static_cast<std::int32_t>(tree.number));
      return tree;
    case 3:
      tree = tree_of(Type::kI64);
      tree.number = static_cast<std::int64_t>(input.number(8));
      writer.i64_field(id, static_cast<std::uint64_t>(tree.number));
      return tree;
    case 4:
      tree = tree_of(Type::kString);
      tree.text = input.text(input.number(2));
      writer.string_field(id, tree.text);
      return tree;
    case 5:
      return put_pieces(input, writer, id);
    case 6:
      return put_list(input, writer, id, depth);
    default:
      writer.field(Type::kStruct, id);
      return put_struct(input, writer, depth + 1);
  }
}

ThriftTree put_struct(Input& input, ThriftWriter& writer, int depth) {
  ThriftTree tree = tree_of(Type::kStruct);
  for (int id = 1; id < 256 && !input.empty() && input.number(1) % 8 != 0; ++id) {
    tree.fields[id] = put_field(input, writer, static_cast<std::uint8_t>(id), depth);
  }
  writer.stop();
  return tree;
}

}  // namespace

std::string drive_thrift_writer(std::string_view bytes) {
  Input input(bytes);
  std::string written;
  ThriftTree expected;
  {
    base::AppendBuffer out(written);
    ThriftWriter writer(out);
    expected = put_struct(input, writer, 0);
  }
  try {
    const std::string read = draw(read_thrift(written));
    return read == draw(expected) ? "" : "wrote " + read + " for " + draw(expected);
  } catch (const std::exception& problem) {
    return problem.what();
  }
}

}  // namespace container_kit::telemetry::test
