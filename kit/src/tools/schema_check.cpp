#include "tools/schema_check.h"

#include <algorithm>
#include <cmath>

#include <boost/json.hpp>

namespace container_kit::kit {
namespace json = boost::json;

namespace {

using Violation = std::optional<std::string>;

// Section 4.2.2 of the core: numbers are equal by their value, objects without regard to order.
bool equal(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  if (a.is_array() && b.is_array()) {
    const auto& x = a.get_array();
    const auto& y = b.get_array();
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), equal);
  }
  if (a.is_object() && b.is_object()) {
    const auto& x = a.get_object();
    const auto& y = b.get_object();
    return x.size() == y.size() && std::all_of(x.begin(), x.end(), [&](const auto& member) {
             const json::value* other = y.if_contains(member.key());
             return other != nullptr && equal(member.value(), *other);
           });
  }
  return a.kind() == b.kind() && a == b;
}

bool is_integer(const json::value& value) {
  if (!value.is_double()) return value.is_number();
  return std::floor(value.get_double()) == value.get_double();
}

bool is_of_type(std::string_view type, const json::value& value) {
  if (type == "string") return value.is_string();
  if (type == "integer") return is_integer(value);
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_bool();
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  return type == "null" && value.is_null();
}

double characters_of(std::string_view text) {
  return static_cast<double>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::optional<double> number_in(const json::object& schema, std::string_view keyword) {
  const json::value* limit = schema.if_contains(keyword);
  if (limit == nullptr || !limit->is_number()) return std::nullopt;
  return limit->to_number<double>();
}

class Checker {
 public:
  Violation check(const json::value& schema, const json::value& value) {
    if (schema.is_bool()) return schema.get_bool() ? std::nullopt : violation("nothing is allowed here");
    if (!schema.is_object()) return violation("the schema is no schema");
    return check_object_schema(schema.get_object(), value);
  }

 private:
  Violation violation(std::string_view why) const {
    return (path_.empty() ? "/" : path_) + ": " + std::string(why);
  }

  Violation check_object_schema(const json::object& schema, const json::value& value) {
    if (auto wrong = check_type(schema, value)) return wrong;
    if (auto wrong = check_choice(schema, value)) return wrong;
    if (value.is_number()) return check_range(schema, value.to_number<double>(), "minimum", "maximum");
    if (value.is_string())
      return check_range(schema, characters_of(value.get_string()), "minLength", "maxLength");
    if (value.is_array()) return check_array(schema, value.get_array());
    return value.is_object() ? check_object(schema, value.get_object()) : std::nullopt;
  }

  Violation check_type(const json::object& schema, const json::value& value) const {
    const json::value* type = schema.if_contains("type");
    if (type == nullptr) return std::nullopt;
    bool fits = type->is_string() && is_of_type(type->get_string(), value);
    if (type->is_array()) {
      const auto& types = type->get_array();
      fits = std::any_of(types.begin(), types.end(), [&](const auto& one) {
        return one.is_string() && is_of_type(one.get_string(), value);
      });
    }
    return fits ? std::nullopt : violation("is not of type " + json::serialize(*type));
  }

  Violation check_choice(const json::object& schema, const json::value& value) const {
    const json::value* constant = schema.if_contains("const");
    if (constant != nullptr && !equal(*constant, value))
      return violation("is not " + json::serialize(*constant));
    const json::value* choices = schema.if_contains("enum");
    if (choices == nullptr || !choices->is_array()) return std::nullopt;
    const auto& all = choices->get_array();
    const bool is_one =
        std::any_of(all.begin(), all.end(), [&](const auto& one) { return equal(one, value); });
    return is_one ? std::nullopt : violation("is none of " + json::serialize(*choices));
  }

  Violation check_range(const json::object& schema, double measure, std::string_view least,
                        std::string_view most) const {
    const auto low = number_in(schema, least);
    if (low && measure < *low) return violation("is below " + std::string(least));
    const auto high = number_in(schema, most);
    return high && measure > *high ? violation("is above " + std::string(most)) : std::nullopt;
  }

  Violation check_array(const json::object& schema, const json::array& array) {
    if (auto wrong = check_range(schema, static_cast<double>(array.size()), "minItems", "maxItems"))
      return wrong;
    const json::value* items = schema.if_contains("items");
    for (std::size_t i = 0; items != nullptr && i < array.size(); ++i) {
      if (auto wrong = check_below(std::to_string(i), *items, array[i])) return wrong;
    }
    return std::nullopt;
  }

  Violation check_object(const json::object& schema, const json::object& object) {
    if (const json::value* required = schema.if_contains("required");
        required != nullptr && required->is_array()) {
      for (const auto& name : required->get_array()) {
        if (name.is_string() && !object.contains(name.get_string())) {
          return violation("has no " + json::serialize(name));
        }
      }
    }
    const json::value* properties = schema.if_contains("properties");
    const json::object* declared = properties == nullptr ? nullptr : properties->if_object();
    const json::value* others = schema.if_contains("additionalProperties");
    for (const auto& [name, member] : object) {
      const json::value* property = declared == nullptr ? nullptr : declared->if_contains(name);
      const json::value* rule = property != nullptr ? property : others;
      if (rule == nullptr) continue;
      if (auto wrong = check_below(name, *rule, member)) return wrong;
    }
    return std::nullopt;
  }

  Violation check_below(std::string_view step, const json::value& schema, const json::value& value) {
    const std::size_t before = path_.size();
    path_.append("/").append(step);
    auto wrong = check(schema, value);
    path_.resize(before);
    return wrong;
  }

  std::string path_;
};

}  // namespace

std::optional<std::string> schema_violation(const json::value& schema, const json::value& value) {
  return Checker().check(schema, value);
}

}  // namespace container_kit::kit
