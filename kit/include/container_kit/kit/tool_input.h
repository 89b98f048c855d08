// What a tool takes and gives: short declarations from which everything else follows.
//
// A tool lists its fields once. The JSON Schema that listings show, the check every call passes before the
// tool sees it, and the options of `container-kit run TOOL` are all made from that list, so they agree.
//
// Thread safety: plain values; a declaration is built once and only read afterwards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace container_kit::kit {

// An input has only the first four; the others are for outputs.
enum class FieldType { kString, kInteger, kBoolean, kStringList, kNumber, kObject, kObjectList, kAny };

using ArgumentValue = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;

// One argument. What is left out of a declaration does not limit it.
//
//   {.name = "port", .type = FieldType::kInteger, .description = "...", .minimum = 1, .maximum = 65'535}
struct InputField {
  std::string name = {};
  FieldType type = FieldType::kString;
  std::string description = {};
  bool required = false;
  std::vector<std::string> choices = {};  // the strings there are, of a list its elements
  std::optional<ArgumentValue> otherwise =
      std::nullopt;  // the default, which the tool gets where nothing is said
  std::optional<std::int64_t> minimum = std::nullopt;
  std::optional<std::int64_t> maximum = std::nullopt;
  std::size_t max_length = 0;  // of a string, or of each in a list, in characters
  std::size_t max_items = 0;   // of a list
};

using ToolInput = std::vector<InputField>;

// The JSON Schema (2020-12) of an input, as JSON text. Names that are not declared are not allowed by it.
std::string json_schema(const ToolInput& input);

// One member of a result. `always`: it is there in every result.
struct OutputField {
  std::string name = {};
  FieldType type = FieldType::kString;
  std::string description = {};
  bool always = true;
  bool nullable = false;
  std::vector<OutputField> fields = {};  // of an object, or of each object in a list; none: any members
};

using ToolOutputFields = std::vector<OutputField>;

// The JSON Schema (2020-12) of a result, as JSON text. A result may have members that are not declared.
std::string result_schema(const ToolOutputFields& output);

// The arguments of one call, already checked against the tool's declaration: a required field is there, every
// value has the declared type and is within its limits, a string is never empty, and no other name occurs.
class ToolArguments {
 public:
  using Value = ArgumentValue;

  void set(std::string name, Value value) { values_.insert_or_assign(std::move(name), std::move(value)); }
  bool has(std::string_view name) const { return values_.find(name) != values_.end(); }

  // Each answers `otherwise` where the caller left the field out and it was declared without a default.
  std::string string(std::string_view name, std::string_view otherwise = {}) const;
  std::int64_t integer(std::string_view name, std::int64_t otherwise = 0) const;
  bool boolean(std::string_view name, bool otherwise = false) const;
  std::vector<std::string> list(std::string_view name) const;

  const std::map<std::string, Value, std::less<>>& values() const { return values_; }

 private:
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace container_kit::kit
