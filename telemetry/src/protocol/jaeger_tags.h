// JaegerTags: Tag structs of jaeger.thrift, written one behind the other and counted.
//
// Tag: 1 key, 2 vType, and the value in 3 vStr, 4 vDouble, 5 vBool, 6 vLong or 7 vBinary.
#pragma once

#include "protocol/otlp_reader.h"
#include "protocol/thrift_writer.h"

namespace container_kit::telemetry::protocol {

class JaegerTags {
 public:
  explicit JaegerTags(ThriftWriter& out) : out_(out) {}

  void add(std::string_view key, std::string_view text);
  void add(std::string_view key, bool value);
  void add(std::string_view key, std::int64_t value);
  // How many were dropped; nothing where none were.
  void add_dropped(std::string_view key, std::uint32_t count);
  // Arrays and maps as JSON, what is empty as an empty text. Throws protozero::exception where one is torn.
  void add(const OtlpAttribute& attribute);
  // Leaves out what is torn.
  void add_if_whole(const OtlpAttribute& attribute);
  // Tags that another JaegerTags wrote.
  void add_written(std::string_view tags, std::size_t count);

  std::size_t count() const noexcept { return count_; }

 private:
  enum class TagType : std::int32_t { kString, kDouble, kBool, kLong, kBinary };
  void begin(std::string_view key, TagType type);
  void add_json(const OtlpAttribute& attribute);

  ThriftWriter& out_;
  std::size_t count_ = 0;
};

}  // namespace container_kit::telemetry::protocol
