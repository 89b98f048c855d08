#include "protocol/otlp_json_value.h"

#include "base/json_text.h"

namespace container_kit::telemetry::protocol {
namespace {

void append_value(base::AppendBuffer& out, const OtlpValue& value, int depth);

void append_attribute(base::AppendBuffer& out, const OtlpAttribute& attribute, int depth) {
  out.append("{\"key\":");
  base::append_json_string(out, attribute.key);
  out.append(",\"value\":");
  append_value(out, attribute.value, depth);
  out.append("},");
}

// {"values":[...]} of an ArrayValue or a KeyValueList.
template <typename Element, typename AppendElement>
void append_list(base::AppendBuffer& out, std::string_view list, int depth, AppendElement append_element) {
  out.append("{\"values\":[");
  if (depth <= kMaxValueDepth) for_each_element<Element>(list, append_element);
  base::close_json(out, ']');
  out.rewind(out.size() - 1);
  out.append('}');
}

void append_value(base::AppendBuffer& out, const OtlpValue& value, int depth) {
  using Type = OtlpValue::Type;
  switch (value.type) {
    case Type::kEmpty:
      out.append('{');
      break;
    case Type::kString:
      out.append("{\"stringValue\":");
      base::append_json_string(out, value.bytes);
      break;
    case Type::kBool:
      out.append(value.number != 0 ? "{\"boolValue\":true" : "{\"boolValue\":false");
      break;
    case Type::kInt:
      out.append("{\"intValue\":\"");
      base::append_decimal(out, value.number);
      out.append('"');
      break;
    case Type::kDouble:
      out.append("{\"doubleValue\":");
      base::append_json_number(out, value.real);
      break;
    case Type::kArray:
      out.append("{\"arrayValue\":");
      append_list<OtlpValue>(out, value.bytes, depth + 1, [&out, depth](const OtlpValue& element) {
        append_value(out, element, depth + 1);
        out.append(',');
      });
      break;
    case Type::kMap:
      out.append("{\"kvlistValue\":");
      append_list<OtlpAttribute>(out, value.bytes, depth + 1, [&out, depth](const OtlpAttribute& element) {
        append_attribute(out, element, depth + 1);
      });
      break;
    case Type::kBytes:
      out.append("{\"bytesValue\":\"");
      base::append_base64(out, value.bytes);
      out.append('"');
      break;
  }
  out.append('}');
}

}  // namespace

void append_otlp_attributes(base::AppendBuffer& out, const std::vector<OtlpAttribute>& attributes) {
  if (attributes.empty()) return;
  out.append("\"attributes\":[");
  for (const OtlpAttribute& attribute : attributes) append_attribute(out, attribute, 0);
  base::close_json(out, ']');
}

void append_whole_otlp_attributes(base::AppendBuffer& out, const std::vector<OtlpAttribute>& attributes) {
  if (attributes.empty()) return;
  out.append("\"attributes\":[");
  for (const OtlpAttribute& attribute : attributes) {
    const std::size_t before = out.size();
    try {
      append_attribute(out, attribute, 0);
    } catch (const protozero::exception&) {
      out.rewind(before);
    }
  }
  base::close_json(out, ']');
}

}  // namespace container_kit::telemetry::protocol
