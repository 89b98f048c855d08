#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <protozero/pbf_reader.hpp>

#include <container_kit/telemetry/readable_span.h>

namespace container_kit::telemetry {
namespace {

using protozero::pbf_reader;
using Wire = protozero::pbf_wire_type;

constexpr int kMaxDepth = 64;

constexpr std::uint32_t bytes_field(std::uint32_t field) {
  return protozero::tag_and_type(field, Wire::length_delimited);
}
constexpr std::uint32_t varint_field(std::uint32_t field) {
  return protozero::tag_and_type(field, Wire::varint);
}
constexpr std::uint32_t fixed64_field(std::uint32_t field) {
  return protozero::tag_and_type(field, Wire::fixed64);
}
constexpr std::uint32_t fixed32_field(std::uint32_t field) {
  return protozero::tag_and_type(field, Wire::fixed32);
}

std::string_view text_of(pbf_reader& reader) {
  const protozero::data_view view = reader.get_view();
  return {view.data(), view.size()};
}

template <std::size_t Size>
void read_id(pbf_reader& reader, Id<Size>& id) {
  const std::string_view bytes = text_of(reader);
  if (bytes.size() == Size) std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
}

ReadableAttribute read_attribute(pbf_reader reader) {
  ReadableAttribute attribute;
  while (reader.next()) {
    switch (static_cast<std::uint32_t>(reader.tag_and_type())) {
      case bytes_field(1):
        attribute.key = text_of(reader);
        break;
      case bytes_field(2):
        attribute.value = text_of(reader);
        break;
      default:
        reader.skip();
    }
  }
  return attribute;
}

ReadableEvent read_event(pbf_reader reader) {
  ReadableEvent event;
  while (reader.next()) {
    switch (static_cast<std::uint32_t>(reader.tag_and_type())) {
      case fixed64_field(1):
        event.time = static_cast<std::int64_t>(reader.get_fixed64());
        break;
      case bytes_field(2):
        event.name = text_of(reader);
        break;
      case bytes_field(3):
        event.attributes.push_back(read_attribute(reader.get_message()));
        break;
      default:
        reader.skip();
    }
  }
  return event;
}

ReadableLink read_link(pbf_reader reader) {
  ReadableLink link;
  while (reader.next()) {
    switch (static_cast<std::uint32_t>(reader.tag_and_type())) {
      case bytes_field(1):
        read_id(reader, link.context.trace_id);
        break;
      case bytes_field(2):
        read_id(reader, link.context.span_id);
        break;
      case bytes_field(3):
        link.trace_state = text_of(reader);
        break;
      case bytes_field(4):
        link.attributes.push_back(read_attribute(reader.get_message()));
        break;
      case fixed32_field(6): {
        const std::uint32_t flags = reader.get_fixed32();
        link.context.flags = static_cast<TraceFlags>(flags & 0xFFU);
        link.context.is_remote = (flags & 0x200U) != 0;
        break;
      }
      default:
        reader.skip();
    }
  }
  return link;
}

void read_status(pbf_reader reader, ReadableSpan& span) {
  while (reader.next()) {
    switch (static_cast<std::uint32_t>(reader.tag_and_type())) {
      case bytes_field(2):
        span.status_message = text_of(reader);
        break;
      case varint_field(3):
        span.status = static_cast<StatusCode>(reader.get_enum());
        break;
      default:
        reader.skip();
    }
  }
}

void read_field(pbf_reader& reader, ReadableSpan& span) {
  switch (static_cast<std::uint32_t>(reader.tag_and_type())) {
    case bytes_field(1):
      return read_id(reader, span.trace_id);
    case bytes_field(2):
      return read_id(reader, span.span_id);
    case bytes_field(4):
      return read_id(reader, span.parent_span_id);
    case bytes_field(3):
      span.trace_state = text_of(reader);
      return;
    case bytes_field(5):
      span.name = text_of(reader);
      return;
    case varint_field(6):
      span.kind = static_cast<SpanKind>(reader.get_enum());
      return;
    case fixed64_field(7):
      span.start_time = static_cast<std::int64_t>(reader.get_fixed64());
      return;
    case fixed64_field(8):
      span.end_time = static_cast<std::int64_t>(reader.get_fixed64());
      return;
    case bytes_field(9):
      span.attributes.push_back(read_attribute(reader.get_message()));
      return;
    case bytes_field(11):
      span.events.push_back(read_event(reader.get_message()));
      return;
    case bytes_field(13):
      span.links.push_back(read_link(reader.get_message()));
      return;
    case varint_field(10):
      span.dropped_attributes = reader.get_uint32();
      return;
    case varint_field(12):
      span.dropped_events = reader.get_uint32();
      return;
    case varint_field(14):
      span.dropped_links = reader.get_uint32();
      return;
    case bytes_field(15):
      return read_status(reader.get_message(), span);
    case fixed32_field(16):
      span.flags = reader.get_fixed32();
      return;
    default:
      reader.skip();
  }
}

std::string display(pbf_reader value, int depth);

// ArrayValue and KeyValueList both hold their elements in field 1.
std::string display_elements(pbf_reader list, bool is_map, int depth) {
  std::string out(1, is_map ? '{' : '[');
  while (list.next(1, Wire::length_delimited)) {
    if (out.size() > 1) out += ", ";
    if (is_map) {
      const ReadableAttribute entry = read_attribute(list.get_message());
      out.append(entry.key).append("=").append(
          display(pbf_reader(entry.value.data(), entry.value.size()), depth + 1));
    } else {
      out += display(list.get_message(), depth + 1);
    }
  }
  return out += is_map ? '}' : ']';
}

std::string display_double(double value) {
  char text[32];
  const int size = std::snprintf(text, sizeof text, "%.17g", value);
  for (int digits = 1; digits < 17; ++digits) {  // the shortest that reads back as the same number
    char shorter[32];
    const int length = std::snprintf(shorter, sizeof shorter, "%.*g", digits, value);
    if (std::strtod(shorter, nullptr) == value) return {shorter, static_cast<std::size_t>(length)};
  }
  return {text, static_cast<std::size_t>(size)};
}

std::string display(pbf_reader value, int depth) {
  if (depth > kMaxDepth || !value.next()) return {};
  switch (static_cast<std::uint32_t>(value.tag_and_type())) {
    case bytes_field(1):
      return std::string(text_of(value));
    case varint_field(2):
      return value.get_bool() ? "true" : "false";
    case varint_field(3):
      return std::to_string(value.get_int64());
    case fixed64_field(4):
      return display_double(value.get_double());
    case bytes_field(5):
      return display_elements(value.get_message(), false, depth);
    case bytes_field(6):
      return display_elements(value.get_message(), true, depth);
    case bytes_field(7):
      return "<" + std::to_string(text_of(value).size()) + " bytes>";
    default:
      return {};
  }
}

}  // namespace

std::optional<ReadableSpan> read_span(std::string_view bytes) {
  try {
    ReadableSpan span;
    pbf_reader reader(bytes.data(), bytes.size());
    while (reader.next()) read_field(reader, span);
    return span;
  } catch (const protozero::exception&) {
    return std::nullopt;
  }
}

std::string ReadableAttribute::display() const {
  try {
    return telemetry::display(pbf_reader(value.data(), value.size()), 0);
  } catch (const protozero::exception&) {
    return "<malformed>";
  }
}

std::optional<std::string> ReadableSpan::attribute(std::string_view key) const {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [key](const ReadableAttribute& attribute) { return attribute.key == key; });
  return found != attributes.end() ? std::optional(found->display()) : std::nullopt;
}

}  // namespace container_kit::telemetry
