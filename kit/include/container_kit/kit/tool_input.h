// What a tool takes: a short declaration from which everything else follows.
//
// A tool lists its fields once. The JSON Schema that GET /api/tools shows, the check every call passes before
// the tool sees it, and the options of `container-kit run TOOL` are all made from that list, so they agree.
//
// Thread safety: plain values; a declaration is built once and only read afterwards.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace container_kit::kit {

enum class FieldType { kString, kInteger, kBoolean };

struct InputField {
  std::string name;
  FieldType type = FieldType::kString;
  std::string description;
  bool required = false;
};

using ToolInput = std::vector<InputField>;

// The JSON Schema (2020-12) of an input, as JSON text. Names that are not declared are not allowed by it.
std::string json_schema(const ToolInput& input);

// The arguments of one call, already checked against the tool's declaration: a required field is there, every
// value has the declared type, a string is never empty, and no other name occurs.
class ToolArguments {
 public:
  using Value = std::variant<std::string, std::int64_t, bool>;

  void set(std::string name, Value value) { values_.insert_or_assign(std::move(name), std::move(value)); }
  bool has(std::string_view name) const { return values_.find(name) != values_.end(); }

  // Each answers `otherwise` where the caller left the field out.
  std::string string(std::string_view name, std::string_view otherwise = {}) const;
  std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  bool boolean(std::string_view name, bool otherwise) const;

 private:
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace container_kit::kit
