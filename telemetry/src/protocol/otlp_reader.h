// OTLP messages as views, for the encoders of other formats: read field by field, in whatever order they
// come, fields that are not known skipped (opentelemetry-proto 1.x: common, resource, trace).
//
// Bytes from anywhere. Every read function replaces what its second argument holds and throws
// protozero::exception where the bytes are torn; arrays and maps in values stay bytes, and are found torn
// when they are read. What is read points into the bytes. The vectors keep their memory from one read to the
// next.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <protozero/pbf_reader.hpp>

namespace container_kit::telemetry::protocol {

struct OtlpValue {
  enum class Type : std::uint8_t { kEmpty, kString, kBool, kInt, kDouble, kArray, kMap, kBytes };
  Type type = Type::kEmpty;
  std::int64_t number = 0;  // of kBool and kInt
  double real = 0;
  std::string_view bytes;  // of kString and kBytes; the ArrayValue or KeyValueList message of kArray and kMap
};

struct OtlpAttribute {
  std::string_view key;
  OtlpValue value;
};

struct OtlpEvent {
  std::uint64_t time = 0;
  std::string_view name;
  std::vector<OtlpAttribute> attributes;
  std::uint32_t dropped_attributes = 0;
};

struct OtlpLink {
  std::string_view trace_id;  // 16 bytes, or empty
  std::string_view span_id;   // 8 bytes, or empty
  std::string_view trace_state;
  std::vector<OtlpAttribute> attributes;
  std::uint32_t dropped_attributes = 0;
  std::uint32_t flags = 0;
};

struct OtlpSpan {
  std::string_view trace_id;        // 16 bytes
  std::string_view span_id;         // 8 bytes
  std::string_view parent_span_id;  // 8 bytes, or empty
  std::string_view trace_state;
  std::string_view name;
  std::int32_t kind = 0;
  std::uint64_t start_time = 0;
  std::uint64_t end_time = 0;
  std::uint32_t flags = 0;
  std::int32_t status = 0;
  std::string_view status_message;
  std::vector<OtlpAttribute> attributes;
  std::vector<std::string_view> events;  // Event messages
  std::vector<std::string_view> links;   // Link messages
  std::uint32_t dropped_attributes = 0;
  std::uint32_t dropped_events = 0;
  std::uint32_t dropped_links = 0;

  std::uint64_t duration() const noexcept { return end_time > start_time ? end_time - start_time : 0; }
};

struct OtlpScope {
  std::string_view name;
  std::string_view version;
  std::vector<OtlpAttribute> attributes;
  std::uint32_t dropped_attributes = 0;
};

struct OtlpResource {
  std::vector<OtlpAttribute> attributes;
  std::uint32_t dropped_attributes = 0;
};

// A span without valid ids counts as torn: a receiver may refuse a whole request for one.
void read_otlp(std::string_view bytes, OtlpSpan& span);
void read_otlp(std::string_view bytes, OtlpEvent& event);
void read_otlp(std::string_view bytes, OtlpLink& link);
void read_otlp(std::string_view bytes, OtlpScope& scope);
void read_otlp(std::string_view bytes, OtlpResource& resource);
void read_otlp(std::string_view bytes, OtlpAttribute& attribute);
void read_otlp(std::string_view bytes, OtlpValue& value);

// The resource's service.name; "unknown_service" where it has none, as the specification's default resource.
std::string_view service_name_of(const OtlpResource& resource);
constexpr std::string_view kServiceName = "service.name";

// For bytes that may be torn and are not worth losing spans for: what could be read before the tear.
template <typename Message>
void read_what_is_whole(std::string_view bytes, Message& message) {
  try {
    read_otlp(bytes, message);
  } catch (const protozero::exception&) {
    return;
  }
}

// Calls `use` with each element of an ArrayValue (OtlpValue) or a KeyValueList (OtlpAttribute).
template <typename Element, typename Use>
void for_each_element(std::string_view list, Use use) {
  protozero::pbf_reader reader(list.data(), list.size());
  while (reader.next(1, protozero::pbf_wire_type::length_delimited)) {
    const protozero::data_view view = reader.get_view();
    Element element;
    read_otlp({view.data(), view.size()}, element);
    use(element);
  }
}

// Values are followed this deep; an array or a map that lies deeper is shown as empty.
constexpr int kMaxValueDepth = 64;

}  // namespace container_kit::telemetry::protocol
