#include "protocol/zipkin_tags.h"

#include <algorithm>

#include "base/json_text.h"
#include "protocol/scope_tags.h"
#include "protocol/value_json.h"

namespace container_kit::telemetry::protocol {
namespace {

constexpr std::int32_t kStatusOk = 1;
constexpr std::int32_t kStatusError = 2;
constexpr std::string_view kDroppedAttributes = "otel.dropped_attributes_count";

// Calls `use` with each tag that the specification generates from a span's other fields.
template <typename Use>
void for_each_generated(const OtlpSpan& span, Use use) {
  const auto text = [&use](std::string_view key, std::string_view value) {
    use(OtlpAttribute{key, {OtlpValue::Type::kString, 0, 0, value}});
  };
  const auto count = [&use](std::string_view key, std::uint32_t value) {
    if (value != 0) use(OtlpAttribute{key, {OtlpValue::Type::kInt, value, 0, {}}});
  };
  if (span.status == kStatusOk) text("otel.status_code", "OK");
  if (span.status == kStatusError) {
    text("otel.status_code", "ERROR");
    text("error", span.status_message);
  }
  if (!span.trace_state.empty()) text("w3c.tracestate", span.trace_state);
  count(kDroppedAttributes, span.dropped_attributes);
  count("otel.dropped_events_count", span.dropped_events);
  count("otel.dropped_links_count", span.dropped_links);
}

// Zipkin takes any span with a tag `error` for failed.
bool is_no_error(const OtlpAttribute& tag) {
  if (tag.key != "error") return false;
  const OtlpValue& value = tag.value;
  return value.type == OtlpValue::Type::kBool
             ? value.number == 0
             : value.type == OtlpValue::Type::kString && value.bytes == "false";
}

bool is_generated(const OtlpSpan& span, std::string_view key) {
  if (!key.starts_with("otel.") && key != "error" && key != "w3c.tracestate") return false;
  bool found = false;
  for_each_generated(span, [&](const OtlpAttribute& tag) { found = found || tag.key == key; });
  return found;
}

std::uint64_t bit_of(std::string_view key) {
  if (key.empty()) return 1;
  const auto mixed = key.size() * 7 + static_cast<unsigned char>(key.front()) * std::size_t{5} +
                     static_cast<unsigned char>(key.back()) * std::size_t{3};
  return std::uint64_t{1} << mixed % 64;
}

}  // namespace

void ZipkinTags::begin_scope(const OtlpResource& resource, const OtlpScope& scope) {
  common_.clear();
  all_common_.clear();
  common_keys_ = 0;
  for_each_scope_tag(scope, [this](const OtlpAttribute& tag) { add_common(tag); });
  for (const OtlpAttribute& tag : resource.attributes) {
    if (tag.key != kServiceName) add_common(tag);
  }
  for (const Common& tag : common_) all_common_ += tag.rendered;
}

void ZipkinTags::add_common(const OtlpAttribute& tag) {
  const bool is_there = std::any_of(common_.begin(), common_.end(),
                                    [&tag](const Common& other) { return other.key == tag.key; });
  if (is_there || is_no_error(tag)) return;
  Common common{std::string(tag.key), {}};
  try {
    base::AppendBuffer rendered(common.rendered);
    append_tag(rendered, tag);
  } catch (const protozero::exception&) {
    return;
  }
  common_keys_ |= bit_of(tag.key);
  common_.push_back(std::move(common));
}

void ZipkinTags::append(base::AppendBuffer& out, const OtlpSpan& span) {
  const std::size_t before = out.size();
  out.append("\"tags\":{");
  const std::size_t first = out.size();
  append_common(out, span);
  for (const OtlpAttribute& tag : span.attributes) {
    if (!is_no_error(tag) && !is_generated(span, tag.key)) append_tag(out, tag);
  }
  for_each_generated(span, [&](const OtlpAttribute& tag) { append_tag(out, tag); });
  if (out.size() == first) return out.rewind(before);
  base::close_json(out, '}');
}

void ZipkinTags::append_common(base::AppendBuffer& out, const OtlpSpan& span) {
  std::uint64_t keys = 0;
  for (const OtlpAttribute& tag : span.attributes) keys |= bit_of(tag.key);
  for_each_generated(span, [&keys](const OtlpAttribute& tag) { keys |= bit_of(tag.key); });
  if ((keys & common_keys_) == 0) return out.append(all_common_);
  for (const Common& common : common_) {
    const bool is_overridden =
        is_generated(span, common.key) ||
        std::any_of(span.attributes.begin(), span.attributes.end(), [&common](const OtlpAttribute& tag) {
          return tag.key == common.key && !is_no_error(tag);
        });
    if (!is_overridden) out.append(common.rendered);
  }
}

void ZipkinTags::append_tag(base::AppendBuffer& out, const OtlpAttribute& tag) {
  base::append_json_string(out, tag.key);
  out.append(':');
  append_text_of(out, tag.value);
  out.append(',');
}

void ZipkinTags::append_text_of(base::AppendBuffer& out, const OtlpValue& value) {
  using Type = OtlpValue::Type;
  switch (value.type) {
    case Type::kEmpty:
      return out.append("\"\"");
    case Type::kString:
      return base::append_json_string(out, value.bytes);
    case Type::kArray:
    case Type::kMap: {
      nested_.clear();
      {
        base::AppendBuffer nested(nested_);
        append_value_json(nested, value);
      }
      return base::append_json_string(out, nested_);
    }
    case Type::kBytes:
      return append_value_json(out, value);
    case Type::kDouble:
      out.append('"');
      base::append_decimal(out, value.real);
      return out.append('"');
    case Type::kBool:
    case Type::kInt:
      out.append('"');
      append_value_json(out, value);
      return out.append('"');
  }
}

}  // namespace container_kit::telemetry::protocol
