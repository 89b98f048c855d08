#include "tools/argument_check.h"

#include <algorithm>

#include "tools/quoted.h"

namespace container_kit::kit {
namespace json = boost::json;

namespace {

ToolError invalid(std::string_view field, std::string message) {
  return {ToolErrorCode::kInvalidArgument, std::move(message), std::string(field)};
}

const InputField* declared(const ToolInput& input, std::string_view name) {
  const auto found =
      std::find_if(input.begin(), input.end(), [&](const InputField& field) { return field.name == name; });
  return found == input.end() ? nullptr : &*found;
}

std::string names_of(const ToolInput& input) {
  std::string names;
  for (const auto& field : input) names += (names.empty() ? "" : ", ") + field.name;
  return names.empty() ? "none" : names;
}

ToolResult<ToolArguments::Value> check_string(const InputField& field, const json::value& value) {
  if (!value.is_string()) return invalid(field.name, "'" + field.name + "' must be a string");
  const std::string_view text = value.get_string();
  if (text.empty()) return invalid(field.name, "'" + field.name + "' must not be empty");
  if (text.find('\0') != std::string_view::npos) {
    return invalid(field.name, "'" + field.name + "' must not contain a null character");
  }
  return ToolArguments::Value(std::string(text));
}

ToolResult<ToolArguments::Value> check_value(const InputField& field, const json::value& value) {
  switch (field.type) {
    case FieldType::kInteger:
      if (!value.is_int64()) return invalid(field.name, "'" + field.name + "' must be a 64-bit integer");
      return ToolArguments::Value(value.get_int64());
    case FieldType::kBoolean:
      if (!value.is_bool()) return invalid(field.name, "'" + field.name + "' must be true or false");
      return ToolArguments::Value(value.get_bool());
    case FieldType::kString:
      break;
  }
  return check_string(field, value);
}

}  // namespace

ToolResult<ToolArguments> check_arguments(const ToolInput& input, const json::object& given) {
  ToolArguments arguments;
  for (const auto& [key, value] : given) {
    const InputField* field = declared(input, key);
    if (field == nullptr) {
      return invalid(shortened(key),
                     "unknown argument " + in_quotes(key) + "; this tool takes: " + names_of(input));
    }
    auto checked = check_value(*field, value);
    if (!checked) return std::move(checked).error();
    arguments.set(field->name, std::move(*checked));
  }
  for (const auto& field : input) {
    if (field.required && !arguments.has(field.name)) {
      return invalid(field.name, "argument '" + field.name + "' is required: " + field.description);
    }
  }
  return arguments;
}

}  // namespace container_kit::kit
