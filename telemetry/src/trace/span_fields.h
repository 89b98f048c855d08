// Reading a span's OTLP bytes field by field: what the engine itself needs to find, replace and compact them.
//
// Only for bytes that this library wrote; whoever reads bytes from elsewhere uses protocol/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace container_kit::telemetry::trace {

// One top-level field of a Span.
struct SpanField {
  std::uint8_t tag;          // first byte of the field's tag; for two-byte tags, that of `flags`
  std::size_t offset;        // of the tag
  std::size_t size;          // of the whole field, tag and length included
  const std::uint8_t* body;  // of a length-delimited field
  std::size_t body_size;
  bool is_dead() const noexcept { return (tag & 0x07U) == 0x03U; }
};

// Walks from field to field. Usage: for (SpanFieldReader reader(bytes, size); reader.next();)
// use(reader.field());
class SpanFieldReader {
 public:
  SpanFieldReader(const std::uint8_t* bytes, std::size_t size, std::size_t from = 0) noexcept
      : bytes_(bytes), size_(size), at_(from) {}
  // False at the end, and at the first byte that no field can begin with.
  bool next() noexcept;
  const SpanField& field() const noexcept { return field_; }

 private:
  const std::uint8_t* bytes_;
  std::size_t size_;
  std::size_t at_;
  SpanField field_{};
};

// The key of a KeyValue's body.
std::string_view key_of(const std::uint8_t* key_value, std::size_t size) noexcept;

// How many bytes the fields are that are not dead.
std::size_t live_size(const std::uint8_t* bytes, std::size_t size) noexcept;

// Copies the fields that are not dead; returns how many bytes they are. `out` may be `bytes`.
std::size_t compact_fields(const std::uint8_t* bytes, std::size_t size, std::uint8_t* out) noexcept;

}  // namespace container_kit::telemetry::trace
