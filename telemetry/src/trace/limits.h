// What a span may hold, finalised from the configuration.
#pragma once

#include <cstddef>
#include <cstdint>

namespace container_kit::telemetry::privacy {
class Filter;
}

namespace container_kit::telemetry::trace {

// The longest string value there can be: what is longer is cut here even where no limit is configured, so
// that one value cannot fill a span's memory.
constexpr std::size_t kMaxValueBytes = std::size_t{32} << 10;
constexpr std::size_t kMaxNameBytes = 1024;
constexpr std::size_t kMaxKeyBytes = 1024;
// How deep messages may lie within each other: what protobuf's own parsers accept. What is deeper would have
// the receiver refuse the whole request. Less than the specification's 64 levels of values: each takes two or
// three.
constexpr int kMaxMessageDepth = 100;
// Of an attribute's AnyValue, at most: request, resource's spans, scope's spans, span, event, KeyValue.
constexpr int kValueMessageDepth = 6;

struct Limits {
  std::uint16_t attributes = 128;
  std::uint16_t events = 128;
  std::uint16_t links = 128;
  std::uint16_t event_attributes = 128;
  std::uint16_t link_attributes = 128;
  std::size_t value_bytes = kMaxValueBytes;
  // What every key and text is held against; null: nothing. Not owned.
  const privacy::Filter* privacy = nullptr;
};

}  // namespace container_kit::telemetry::trace
