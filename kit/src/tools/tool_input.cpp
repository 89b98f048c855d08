#include <boost/json.hpp>

#include <container_kit/kit/tool_input.h>

namespace container_kit::kit {
namespace json = boost::json;

namespace {

const char* type_name(FieldType type) {
  switch (type) {
    case FieldType::kInteger:
      return "integer";
    case FieldType::kBoolean:
      return "boolean";
    case FieldType::kString:
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

}  // namespace

std::string json_schema(const ToolInput& input) {
  json::object properties;
  json::array required;
  for (const auto& field : input) {
    json::object property{{"type", type_name(field.type)}, {"description", field.description}};
    if (field.type == FieldType::kString) property["minLength"] = 1;
    properties[field.name] = std::move(property);
    if (field.required) required.emplace_back(field.name);
  }
  return json::serialize(json::object{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                                      {"type", "object"},
                                      {"properties", std::move(properties)},
                                      {"required", std::move(required)},
                                      {"additionalProperties", false}});
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

}  // namespace container_kit::kit
