#include <boost/json.hpp>

#include <container_kit/kit/tool_input.h>

namespace container_kit::kit {
namespace json = boost::json;

namespace {

constexpr const char* kDialect = "https://json-schema.org/draft/2020-12/schema";

const char* type_name(FieldType type) {
  switch (type) {
    case FieldType::kInteger:
      return "integer";
    case FieldType::kBoolean:
      return "boolean";
    case FieldType::kNumber:
      return "number";
    case FieldType::kObject:
      return "object";
    case FieldType::kStringList:
    case FieldType::kObjectList:
      return "array";
    case FieldType::kString:
    case FieldType::kAny:
      break;
  }
  return "string";
}

template <typename T>
T value_or(const std::map<std::string, ToolArguments::Value, std::less<>>& values, std::string_view name,
           T otherwise) {
  const auto found = values.find(name);
  return found == values.end() ? std::move(otherwise) : std::get<T>(found->second);
}

json::value to_json(const ArgumentValue& value) {
  return std::visit([](const auto& held) { return json::value_from(held); }, value);
}

// What holds for a string argument, or for each of a list.
void limit_string(json::object& schema, const InputField& field) {
  schema["minLength"] = 1;
  if (field.max_length > 0) schema["maxLength"] = field.max_length;
  if (!field.choices.empty()) schema["enum"] = json::value_from(field.choices);
}

json::object property_of(const InputField& field) {
  json::object property{{"type", type_name(field.type)}, {"description", field.description}};
  if (field.type == FieldType::kString) limit_string(property, field);
  if (field.type == FieldType::kStringList) {
    json::object items{{"type", "string"}};
    limit_string(items, field);
    property["items"] = std::move(items);
    if (field.max_items > 0) property["maxItems"] = field.max_items;
  }
  if (field.minimum) property["minimum"] = *field.minimum;
  if (field.maximum) property["maximum"] = *field.maximum;
  if (field.otherwise) property["default"] = to_json(*field.otherwise);
  return property;
}

json::object object_of(const ToolOutputFields& fields);

json::object property_of(const OutputField& field) {
  json::object property;
  if (field.type != FieldType::kAny) property["type"] = type_name(field.type);
  if (field.nullable) property["type"] = {type_name(field.type), "null"};
  if (!field.description.empty()) property["description"] = field.description;
  if (field.type == FieldType::kStringList) property["items"] = {{"type", "string"}};
  if (field.type == FieldType::kObjectList) property["items"] = object_of(field.fields);
  if (field.type == FieldType::kObject) {
    for (auto& [key, value] : object_of(field.fields)) property[key] = std::move(value);
  }
  return property;
}

json::object object_of(const ToolOutputFields& fields) {
  json::object properties;
  json::array required;
  for (const auto& field : fields) {
    properties[field.name] = property_of(field);
    if (field.always) required.emplace_back(field.name);
  }
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
}

}  // namespace

std::string json_schema(const ToolInput& input) {
  json::object properties;
  json::array required;
  for (const auto& field : input) {
    properties[field.name] = property_of(field);
    if (field.required) required.emplace_back(field.name);
  }
  return json::serialize(json::object{{"$schema", kDialect},
                                      {"type", "object"},
                                      {"properties", std::move(properties)},
                                      {"required", std::move(required)},
                                      {"additionalProperties", false}});
}

std::string result_schema(const ToolOutputFields& output) {
  json::object schema{{"$schema", kDialect}};
  for (auto& [key, value] : object_of(output)) schema[key] = std::move(value);
  return json::serialize(schema);
}

std::string ToolArguments::string(std::string_view name, std::string_view otherwise) const {
  return value_or<std::string>(values_, name, std::string(otherwise));
}

std::int64_t ToolArguments::integer(std::string_view name, std::int64_t otherwise) const {
  return value_or<std::int64_t>(values_, name, otherwise);
}

bool ToolArguments::boolean(std::string_view name, bool otherwise) const {
  return value_or<bool>(values_, name, otherwise);
}

std::vector<std::string> ToolArguments::list(std::string_view name) const {
  return value_or<std::vector<std::string>>(values_, name, {});
}

}  // namespace container_kit::kit
