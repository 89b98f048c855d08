// Reads Thrift's binary protocol without knowing any struct: a second opinion on what we write.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace container_kit::telemetry::test {

struct ThriftTree {
  int type = 0;  // as on the wire: 2 bool, 4 double, 8 i32, 10 i64, 11 string, 12 struct, 15 list
  std::int64_t number = 0;
  double real = 0;
  std::string text;
  std::map<int, ThriftTree> fields;
  std::vector<ThriftTree> items;

  // A field that must be there.
  const ThriftTree& operator[](int id) const { return fields.at(id); }
};

// The bytes as one struct. Throws std::runtime_error where they are not exactly one.
ThriftTree read_thrift(std::string_view bytes);

// {1:i64 5,2:string 6162,3:[{...}]}: texts in hex, doubles by their bits.
std::string draw(const ThriftTree& tree);

}  // namespace container_kit::telemetry::test
