#include "support/otlp_sample.h"

#include <limits>

#include <google/protobuf/stubs/logging.h>

namespace container_kit::telemetry::test {
namespace {

void add_scalars(proto::Span& span) {
  set(*span.add_attributes(), "text", "a \"quoted\" \\ line\n\x01 \xC3\xA9\xF0\x9F\x99\x82");
  const auto add = [&span](const char* key) -> proto::AnyValue& {
    auto* const attribute = span.add_attributes();
    attribute->set_key(key);
    return *attribute->mutable_value();
  };
  add("yes").set_bool_value(true);
  add("no").set_bool_value(false);
  add("least").set_int_value(std::numeric_limits<std::int64_t>::min());
  add("most").set_int_value(std::numeric_limits<std::int64_t>::max());
  add("real").set_double_value(0.1);
  add("nan").set_double_value(std::numeric_limits<double>::quiet_NaN());
  add("infinite").set_double_value(-std::numeric_limits<double>::infinity());
  add("bytes").set_bytes_value(std::string("\x00\xFF\x10\x20", 4));
  add("nothing");
}

void add_nested(proto::Span& span) {
  auto* const array = span.add_attributes();
  array->set_key("array");
  auto& list = *array->mutable_value()->mutable_array_value();
  list.add_values()->set_string_value("x\"y");
  list.add_values()->set_int_value(-7);
  list.add_values()->set_double_value(2.5);
  list.add_values()->set_bool_value(true);
  list.add_values();
  list.add_values()->set_bytes_value("any");
  auto* const map = span.add_attributes();
  map->set_key("map");
  auto& entries = *map->mutable_value()->mutable_kvlist_value();
  set(*entries.add_values(), "inner", "text");
  auto* const deeper = entries.add_values();
  deeper->set_key("list");
  deeper->mutable_value()->mutable_array_value()->add_values()->set_double_value(
      std::numeric_limits<double>::infinity());
}

void add_events(proto::Span& span) {
  auto* const event = span.add_events();
  event->set_name("cache.miss");
  event->set_time_unix_nano(1'000'000'000'500'999);
  set(*event->add_attributes(), "cache.key", "a\"b");
  auto* const size = event->add_attributes();
  size->set_key("size");
  size->mutable_value()->set_int_value(42);
  event->set_dropped_attributes_count(3);
  auto* const plain = span.add_events();
  plain->set_name("done");
  plain->set_time_unix_nano(1'000'000'000'600'000);
}

void add_link(proto::Span& span) {
  auto* const link = span.add_links();
  link->set_trace_id("ABCDEFGHIJKLMNOP");
  link->set_span_id("12345678");
  link->set_trace_state("vendor=1");
  link->set_flags(0x101);
  set(*link->add_attributes(), "why", "retry");
  link->set_dropped_attributes_count(1);
}

}  // namespace

void set(proto::KeyValue& attribute, const std::string& key, const std::string& value) {
  attribute.set_key(key);
  attribute.mutable_value()->set_string_value(value);
}

proto::Span minimal_span() {
  proto::Span span;
  span.set_trace_id("\x01\x02\x03\x04\x05\x06\x07\x08\xF1\xF2\xF3\xF4\xF5\xF6\xF7\xF8");
  span.set_span_id("\xA1\xA2\xA3\xA4\xA5\xA6\xA7\xA8");
  span.set_name("ab");
  span.set_start_time_unix_nano(1'000'000'000'123'456);
  span.set_end_time_unix_nano(1'000'000'000'123'456 + 2'345'678);
  return span;
}

proto::Span full_span() {
  proto::Span span = minimal_span();
  span.set_parent_span_id("\xB1\xB2\xB3\xB4\xB5\xB6\xB7\xB8");
  span.set_trace_state("a=1,b=2");
  span.set_kind(proto::Span::SPAN_KIND_CLIENT);
  span.set_flags(0x303);
  add_scalars(span);
  add_nested(span);
  add_events(span);
  add_link(span);
  span.set_dropped_attributes_count(1);
  span.set_dropped_events_count(2);
  span.set_dropped_links_count(3);
  span.mutable_status()->set_code(proto::Status::STATUS_CODE_ERROR);
  span.mutable_status()->set_message("it broke");
  return span;
}

OtlpBatch full_batch() {
  OtlpBatch batch;
  set(*batch.resource.add_attributes(), "service.name", "kit");
  set(*batch.resource.add_attributes(), "host.name", "h1");
  batch.resource.set_dropped_attributes_count(5);
  batch.scope.set_name("scope.a");
  batch.scope.set_version("1.2");
  set(*batch.scope.add_attributes(), "scope.attribute", "s");
  batch.spans.push_back(full_span().SerializeAsString());
  return batch;
}

std::vector<std::string> torn_spans() {
  const std::string whole = full_span().SerializeAsString();
  const google::protobuf::LogSilencer silence;
  std::vector<std::string> torn;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::string prefix = whole.substr(0, size);
    if (!proto::Span().ParseFromString(prefix)) torn.push_back(std::move(prefix));
  }
  return torn;
}

}  // namespace container_kit::telemetry::test
