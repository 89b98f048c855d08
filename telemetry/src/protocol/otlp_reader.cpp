#include "protocol/otlp_reader.h"

#include <algorithm>

namespace container_kit::telemetry::protocol {
namespace {

using protozero::pbf_reader;
using Wire = protozero::pbf_wire_type;

constexpr std::size_t kTraceIdSize = 16;
constexpr std::size_t kSpanIdSize = 8;

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

struct InvalidId : protozero::exception {
  const char* what() const noexcept override { return "invalid id"; }
};

std::string_view text_of(pbf_reader& reader) {
  const protozero::data_view view = reader.get_view();
  return {view.data(), view.size()};
}

std::string_view id_of(pbf_reader& reader, std::size_t size) {
  const std::string_view bytes = text_of(reader);
  if (!bytes.empty() && bytes.size() != size) throw InvalidId();
  return bytes;
}

bool is_zero(std::string_view id) {
  return std::all_of(id.begin(), id.end(), [](char c) { return c == 0; });
}

// Calls `read` with the reader at each field and the field's number and wire type in one.
template <typename Read>
void for_each_field(std::string_view bytes, Read read) {
  pbf_reader reader(bytes.data(), bytes.size());
  while (reader.next()) read(reader, static_cast<std::uint32_t>(reader.tag_and_type()));
}

// Empties the message and keeps its vectors' memory.
template <typename Message>
void reset(Message& message) {
  auto attributes = std::move(message.attributes);
  attributes.clear();
  message = {};
  message.attributes = std::move(attributes);
}

void reset(OtlpSpan& span) {
  auto attributes = std::move(span.attributes);
  auto events = std::move(span.events);
  auto links = std::move(span.links);
  attributes.clear();
  events.clear();
  links.clear();
  span = {};
  span.attributes = std::move(attributes);
  span.events = std::move(events);
  span.links = std::move(links);
}

void append_attribute(pbf_reader& reader, std::vector<OtlpAttribute>& attributes) {
  OtlpAttribute attribute;
  read_otlp(text_of(reader), attribute);
  attributes.push_back(attribute);
}

void read_status(std::string_view bytes, OtlpSpan& span) {
  for_each_field(bytes, [&span](pbf_reader& reader, std::uint32_t field) {
    switch (field) {
      case bytes_field(2):
        span.status_message = text_of(reader);
        return;
      case varint_field(3):
        span.status = reader.get_enum();
        return;
      default:
        reader.skip();
    }
  });
}

// The numbers of a span; false where the field is none of them.
bool read_span_number(pbf_reader& reader, std::uint32_t field, OtlpSpan& span) {
  switch (field) {
    case varint_field(6):
      span.kind = reader.get_enum();
      return true;
    case fixed64_field(7):
      span.start_time = reader.get_fixed64();
      return true;
    case fixed64_field(8):
      span.end_time = reader.get_fixed64();
      return true;
    case varint_field(10):
      span.dropped_attributes = reader.get_uint32();
      return true;
    case varint_field(12):
      span.dropped_events = reader.get_uint32();
      return true;
    case varint_field(14):
      span.dropped_links = reader.get_uint32();
      return true;
    case fixed32_field(16):
      span.flags = reader.get_fixed32();
      return true;
    default:
      return false;
  }
}

void read_span_field(pbf_reader& reader, std::uint32_t field, OtlpSpan& span) {
  switch (field) {
    case bytes_field(1):
      span.trace_id = id_of(reader, kTraceIdSize);
      return;
    case bytes_field(2):
      span.span_id = id_of(reader, kSpanIdSize);
      return;
    case bytes_field(3):
      span.trace_state = text_of(reader);
      return;
    case bytes_field(4):
      span.parent_span_id = id_of(reader, kSpanIdSize);
      return;
    case bytes_field(5):
      span.name = text_of(reader);
      return;
    case bytes_field(9):
      return append_attribute(reader, span.attributes);
    case bytes_field(11):
      span.events.push_back(text_of(reader));
      return;
    case bytes_field(13):
      span.links.push_back(text_of(reader));
      return;
    case bytes_field(15):
      return read_status(text_of(reader), span);
    default:
      if (!read_span_number(reader, field, span)) reader.skip();
  }
}

}  // namespace

void read_otlp(std::string_view bytes, OtlpSpan& span) {
  reset(span);
  for_each_field(bytes,
                 [&span](pbf_reader& reader, std::uint32_t field) { read_span_field(reader, field, span); });
  if (is_zero(span.trace_id) || is_zero(span.span_id)) throw InvalidId();
  if (is_zero(span.parent_span_id)) span.parent_span_id = {};
}

void read_otlp(std::string_view bytes, OtlpEvent& event) {
  reset(event);
  for_each_field(bytes, [&event](pbf_reader& reader, std::uint32_t field) {
    switch (field) {
      case fixed64_field(1):
        event.time = reader.get_fixed64();
        return;
      case bytes_field(2):
        event.name = text_of(reader);
        return;
      case bytes_field(3):
        return append_attribute(reader, event.attributes);
      case varint_field(4):
        event.dropped_attributes = reader.get_uint32();
        return;
      default:
        reader.skip();
    }
  });
}

void read_otlp(std::string_view bytes, OtlpLink& link) {
  reset(link);
  for_each_field(bytes, [&link](pbf_reader& reader, std::uint32_t field) {
    switch (field) {
      case bytes_field(1):
        link.trace_id = id_of(reader, kTraceIdSize);
        return;
      case bytes_field(2):
        link.span_id = id_of(reader, kSpanIdSize);
        return;
      case bytes_field(3):
        link.trace_state = text_of(reader);
        return;
      case bytes_field(4):
        return append_attribute(reader, link.attributes);
      case varint_field(5):
        link.dropped_attributes = reader.get_uint32();
        return;
      case fixed32_field(6):
        link.flags = reader.get_fixed32();
        return;
      default:
        reader.skip();
    }
  });
}

void read_otlp(std::string_view bytes, OtlpScope& scope) {
  reset(scope);
  for_each_field(bytes, [&scope](pbf_reader& reader, std::uint32_t field) {
    switch (field) {
      case bytes_field(1):
        scope.name = text_of(reader);
        return;
      case bytes_field(2):
        scope.version = text_of(reader);
        return;
      case bytes_field(3):
        return append_attribute(reader, scope.attributes);
      case varint_field(4):
        scope.dropped_attributes = reader.get_uint32();
        return;
      default:
        reader.skip();
    }
  });
}

void read_otlp(std::string_view bytes, OtlpResource& resource) {
  reset(resource);
  for_each_field(bytes, [&resource](pbf_reader& reader, std::uint32_t field) {
    switch (field) {
      case bytes_field(1):
        return append_attribute(reader, resource.attributes);
      case varint_field(2):
        resource.dropped_attributes = reader.get_uint32();
        return;
      default:
        reader.skip();
    }
  });
}

void read_otlp(std::string_view bytes, OtlpAttribute& attribute) {
  attribute = {};
  for_each_field(bytes, [&attribute](pbf_reader& reader, std::uint32_t field) {
    switch (field) {
      case bytes_field(1):
        attribute.key = text_of(reader);
        return;
      case bytes_field(2):
        return read_otlp(text_of(reader), attribute.value);
      default:
        reader.skip();
    }
  });
}

void read_otlp(std::string_view bytes, OtlpValue& value) {
  using Type = OtlpValue::Type;
  value = {};
  for_each_field(bytes, [&value](pbf_reader& reader, std::uint32_t field) {
    switch (field) {
      case bytes_field(1):
        value = {Type::kString, 0, 0, text_of(reader)};
        return;
      case varint_field(2):
        value = {Type::kBool, reader.get_uint64() != 0, 0, {}};
        return;
      case varint_field(3):
        value = {Type::kInt, reader.get_int64(), 0, {}};
        return;
      case fixed64_field(4):
        value = {Type::kDouble, 0, reader.get_double(), {}};
        return;
      case bytes_field(5):
        value = {Type::kArray, 0, 0, text_of(reader)};
        return;
      case bytes_field(6):
        value = {Type::kMap, 0, 0, text_of(reader)};
        return;
      case bytes_field(7):
        value = {Type::kBytes, 0, 0, text_of(reader)};
        return;
      default:
        reader.skip();
    }
  });
}

std::string_view service_name_of(const OtlpResource& resource) {
  std::string_view name;
  for (const OtlpAttribute& attribute : resource.attributes) {
    const bool is_name = attribute.key == kServiceName && attribute.value.type == OtlpValue::Type::kString;
    if (is_name) name = attribute.value.bytes;
  }
  return name.empty() ? "unknown_service" : name;
}

}  // namespace container_kit::telemetry::protocol
