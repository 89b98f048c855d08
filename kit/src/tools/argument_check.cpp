#include "tools/argument_check.h"

#include <algorithm>

#include "tools/quoted.h"

namespace container_kit::kit {
namespace json = boost::json;

namespace {

using Checked = ToolResult<ArgumentValue>;

ToolError invalid(std::string_view field, std::string message) {
  return {ToolErrorCode::kInvalidArgument, std::move(message), std::string(field)};
}

// "'port' must be ..."
ToolError must_be(const InputField& field, const std::string& what) {
  return invalid(field.name, "'" + field.name + "' must be " + what);
}

const InputField* declared(const ToolInput& input, std::string_view name) {
  const auto found =
      std::find_if(input.begin(), input.end(), [&](const InputField& field) { return field.name == name; });
  return found == input.end() ? nullptr : &*found;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) all.append(all.empty() ? "" : ", ").append(word);
  return all;
}

std::string names_of(const ToolInput& input) {
  std::vector<std::string> names;
  for (const auto& field : input) names.push_back(field.name);
  return names.empty() ? "none" : joined(names);
}

// JSON Schema counts characters, which are Unicode code points.
std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// Why this string, or element of a list, is outside the declared limits.
std::optional<ToolError> refuse(const InputField& field, const std::string& text) {
  if (text.empty()) return invalid(field.name, "'" + field.name + "' must not be empty");
  if (text.find('\0') != std::string::npos) {
    return invalid(field.name, "'" + field.name + "' must not contain a null character");
  }
  if (field.max_length > 0 && characters_of(text) > field.max_length) {
    return must_be(field, "at most " + std::to_string(field.max_length) + " characters long");
  }
  if (!field.choices.empty() &&
      std::find(field.choices.begin(), field.choices.end(), text) == field.choices.end()) {
    return must_be(field, "one of: " + joined(field.choices) + "; it is " + in_quotes(text));
  }
  return std::nullopt;
}

std::optional<ToolError> refuse(const InputField& field, const std::vector<std::string>& list) {
  if (field.max_items > 0 && list.size() > field.max_items) {
    return must_be(field, "a list of at most " + std::to_string(field.max_items));
  }
  for (const auto& text : list) {
    if (auto wrong = refuse(field, text)) return wrong;
  }
  return std::nullopt;
}

std::optional<ToolError> refuse(const InputField& field, std::int64_t number) {
  if (field.minimum && number < *field.minimum)
    return must_be(field, "at least " + std::to_string(*field.minimum));
  if (field.maximum && number > *field.maximum)
    return must_be(field, "at most " + std::to_string(*field.maximum));
  return std::nullopt;
}

std::optional<ToolError> refuse(const InputField&, bool) {
  return std::nullopt;
}

Checked within_limits(const InputField& field, ArgumentValue value) {
  const auto wrong = std::visit([&](const auto& held) { return refuse(field, held); }, value);
  if (wrong) return *wrong;
  return value;
}

Checked list_of(const InputField& field, const json::value& value) {
  if (!value.is_array()) return must_be(field, "an array of strings");
  std::vector<std::string> list;
  for (const auto& element : value.get_array()) {
    if (!element.is_string()) return must_be(field, "an array of strings");
    list.emplace_back(element.get_string());
  }
  return ArgumentValue(std::move(list));
}

// JSON Schema (validation, section 6.1.1): a number without a fraction is an integer, however it is written.
std::optional<std::int64_t> integer_in(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (!value.is_double()) return std::nullopt;
  constexpr double kExact = 9'007'199'254'740'992.0;  // above 2^53 a double no longer is one integer alone
  const double number = value.get_double();
  if (!(number >= -kExact && number <= kExact)) return std::nullopt;
  const auto whole = static_cast<std::int64_t>(number);
  return static_cast<double>(whole) == number ? std::optional(whole) : std::nullopt;
}

Checked typed(const InputField& field, const json::value& value) {
  switch (field.type) {
    case FieldType::kInteger:
      if (const auto number = integer_in(value)) return ArgumentValue(*number);
      return must_be(field, "a 64-bit integer");
    case FieldType::kBoolean:
      if (!value.is_bool()) return must_be(field, "true or false");
      return ArgumentValue(value.get_bool());
    case FieldType::kStringList:
      return list_of(field, value);
    default:
      break;
  }
  if (!value.is_string()) return must_be(field, "a string");
  return ArgumentValue(std::string(value.get_string()));
}

ToolError unknown(const ToolInput& input, std::string_view name) {
  return invalid(shortened(name),
                 "unknown argument " + in_quotes(name) + "; this tool takes: " + names_of(input));
}

// What was left out: the default, or an error.
ToolResult<ToolArguments> completed(const ToolInput& input, ToolArguments arguments) {
  for (const auto& field : input) {
    if (arguments.has(field.name)) continue;
    if (field.otherwise) {
      arguments.set(field.name, *field.otherwise);
    } else if (field.required) {
      return invalid(field.name, "argument '" + field.name + "' is required: " + field.description);
    }
  }
  return arguments;
}

}  // namespace

ToolResult<ToolArguments> check_arguments(const ToolInput& input, const json::object& given) {
  ToolArguments arguments;
  for (const auto& [key, value] : given) {
    const InputField* field = declared(input, key);
    if (field == nullptr) return unknown(input, key);
    auto checked = typed(*field, value);
    if (checked) checked = within_limits(*field, std::move(*checked));
    if (!checked) return std::move(checked).error();
    arguments.set(field->name, std::move(*checked));
  }
  return completed(input, std::move(arguments));
}

ToolResult<ToolArguments> check_arguments(const ToolInput& input, const ToolArguments& given) {
  ToolArguments arguments;
  for (const auto& [name, value] : given.values()) {
    const InputField* field = declared(input, name);
    if (field == nullptr) return unknown(input, name);
    auto checked = within_limits(*field, value);
    if (!checked) return std::move(checked).error();
    arguments.set(name, std::move(*checked));
  }
  return completed(input, std::move(arguments));
}

}  // namespace container_kit::kit
