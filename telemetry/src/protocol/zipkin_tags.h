// The tags of Zipkin's spans: texts by key, each key once.
//
// What all spans of a scope have in common is rendered once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/append_buffer.h"
#include "protocol/otlp_reader.h"

namespace container_kit::telemetry::protocol {

class ZipkinTags {
 public:
  // Spans are of this resource and scope from here on. Leaves out what is torn.
  void begin_scope(const OtlpResource& resource, const OtlpScope& scope);
  // `"tags":{...},`, or nothing where there are none. Throws protozero::exception where an attribute is torn.
  void append(base::AppendBuffer& out, const OtlpSpan& span);

 private:
  struct Common {
    std::string key;
    std::string rendered;  // `"key":"value",`
  };
  void add_common(const OtlpAttribute& tag);
  void append_common(base::AppendBuffer& out, const OtlpSpan& span);
  void append_tag(base::AppendBuffer& out, const OtlpAttribute& tag);
  void append_text_of(base::AppendBuffer& out, const OtlpValue& value);

  std::vector<Common> common_;
  std::string all_common_;
  std::uint64_t common_keys_ = 0;  // one bit for each, to tell quickly that a key is none of them
  std::string nested_;             // an array or a map, before it becomes a text
};

}  // namespace container_kit::telemetry::protocol
