#include "protocol/value_json.h"

#include "base/json_text.h"

namespace container_kit::telemetry::protocol {
namespace {

void append_member(base::AppendBuffer& out, bool first, const OtlpAttribute& member, int depth) {
  if (!first) out.append(',');
  base::append_json_string(out, member.key);
  out.append(':');
  append_value_json(out, member.value, depth);
}

void append_array(base::AppendBuffer& out, std::string_view list, int depth) {
  out.append('[');
  bool first = true;
  for_each_element<OtlpValue>(list, [&](const OtlpValue& element) {
    if (!first) out.append(',');
    first = false;
    append_value_json(out, element, depth);
  });
  out.append(']');
}

void append_map(base::AppendBuffer& out, std::string_view list, int depth) {
  out.append('{');
  bool first = true;
  for_each_element<OtlpAttribute>(list, [&](const OtlpAttribute& element) {
    append_member(out, first, element, depth);
    first = false;
  });
  out.append('}');
}

}  // namespace

void append_value_json(base::AppendBuffer& out, const OtlpValue& value, int depth) {
  using Type = OtlpValue::Type;
  switch (value.type) {
    case Type::kEmpty:
      return out.append("null");
    case Type::kString:
      return base::append_json_string(out, value.bytes);
    case Type::kBool:
      return out.append(value.number != 0 ? "true" : "false");
    case Type::kInt:
      return base::append_decimal(out, value.number);
    case Type::kDouble:
      return base::append_json_number(out, value.real);
    case Type::kArray:
      return depth < kMaxValueDepth ? append_array(out, value.bytes, depth + 1) : out.append("[]");
    case Type::kMap:
      return depth < kMaxValueDepth ? append_map(out, value.bytes, depth + 1) : out.append("{}");
    case Type::kBytes:
      out.append('"');
      base::append_base64(out, value.bytes);
      return out.append('"');
  }
}

void append_attributes_json(base::AppendBuffer& out, const std::vector<OtlpAttribute>& attributes) {
  out.append('{');
  for (std::size_t index = 0; index < attributes.size(); ++index) {
    append_member(out, index == 0, attributes[index], 0);
  }
  out.append('}');
}

}  // namespace container_kit::telemetry::protocol
