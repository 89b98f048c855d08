#include "protocol/jaeger_tags.h"

#include "protocol/value_json.h"

namespace container_kit::telemetry::protocol {

void JaegerTags::begin(std::string_view key, TagType type) {
  out_.string_field(1, key);
  out_.i32_field(2, static_cast<std::int32_t>(type));
  ++count_;
}

void JaegerTags::add(std::string_view key, std::string_view text) {
  begin(key, TagType::kString);
  out_.string_field(3, text);
  out_.stop();
}

void JaegerTags::add(std::string_view key, bool value) {
  begin(key, TagType::kBool);
  out_.bool_field(5, value);
  out_.stop();
}

void JaegerTags::add(std::string_view key, std::int64_t value) {
  begin(key, TagType::kLong);
  out_.i64_field(6, static_cast<std::uint64_t>(value));
  out_.stop();
}

void JaegerTags::add_dropped(std::string_view key, std::uint32_t count) {
  if (count != 0) add(key, std::int64_t{count});
}

void JaegerTags::add(const OtlpAttribute& attribute) {
  using Type = OtlpValue::Type;
  const OtlpValue& value = attribute.value;
  switch (value.type) {
    case Type::kEmpty:
    case Type::kString:
      return add(attribute.key, value.bytes);
    case Type::kBool:
      return add(attribute.key, value.number != 0);
    case Type::kInt:
      return add(attribute.key, value.number);
    case Type::kDouble:
      begin(attribute.key, TagType::kDouble);
      out_.double_field(4, value.real);
      return out_.stop();
    case Type::kBytes:
      begin(attribute.key, TagType::kBinary);
      out_.string_field(7, value.bytes);
      return out_.stop();
    case Type::kArray:
    case Type::kMap:
      return add_json(attribute);
  }
}

void JaegerTags::add_json(const OtlpAttribute& attribute) {
  begin(attribute.key, TagType::kString);
  const std::size_t text = out_.begin_string(3);
  append_value_json(out_.out(), attribute.value);
  out_.end_string(text);
  out_.stop();
}

void JaegerTags::add_if_whole(const OtlpAttribute& attribute) {
  const std::size_t size = out_.out().size();
  const std::size_t count = count_;
  try {
    add(attribute);
  } catch (const protozero::exception&) {
    out_.out().rewind(size);
    count_ = count;
  }
}

void JaegerTags::add_written(std::string_view tags, std::size_t count) {
  out_.out().append(tags);
  count_ += count;
}

}  // namespace container_kit::telemetry::protocol
