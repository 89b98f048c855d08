#include "trace/span_fields.h"

#include <cstring>

#include "trace/flight_layout.h"

namespace container_kit::telemetry::trace {
namespace {

// Reads a varint at `at`; false where it runs over the end or is longer than ten bytes.
bool read_varint(const std::uint8_t* bytes, std::size_t size, std::size_t& at,
                 std::uint64_t& value) noexcept {
  value = 0;
  for (unsigned shift = 0; shift < 70 && at < size; shift += 7) {
    const std::uint8_t byte = bytes[at++];
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << (shift < 64 ? shift : 63);
    if ((byte & 0x80U) == 0) return true;
  }
  return false;
}

// Moves `at` beyond a value of the wire type and notes where a length-delimited body lies.
bool skip_value(const std::uint8_t* bytes, std::size_t size, unsigned wire_type, std::size_t& at,
                SpanField& field) noexcept {
  std::uint64_t value = 0;
  switch (wire_type) {
    case 0:
      return read_varint(bytes, size, at, value);
    case 1:
      at += 8;
      return at <= size;
    case 5:
      at += 4;
      return at <= size;
    case 2:
    case kDeadField:
      if (!read_varint(bytes, size, at, value) || value > size - at) return false;
      field.body = bytes + at;
      field.body_size = static_cast<std::size_t>(value);
      at += field.body_size;
      return true;
    default:
      return false;
  }
}

}  // namespace

bool SpanFieldReader::next() noexcept {
  if (at_ >= size_) return false;
  std::size_t at = at_;
  const std::uint8_t tag = bytes_[at];
  at += (tag & 0x80U) != 0 ? 2 : 1;
  field_ = {tag, at_, 0, nullptr, 0};
  if (at > size_ || !skip_value(bytes_, size_, tag & 0x07U, at, field_)) return false;
  field_.size = at - at_;
  at_ = at;
  return true;
}

std::string_view key_of(const std::uint8_t* key_value, std::size_t size) noexcept {
  SpanFieldReader reader(key_value, size);
  if (!reader.next() || reader.field().tag != 0x0A) return {};
  return {reinterpret_cast<const char*>(reader.field().body), reader.field().body_size};
}

std::size_t live_size(const std::uint8_t* bytes, std::size_t size) noexcept {
  std::size_t live = 0;
  for (SpanFieldReader reader(bytes, size); reader.next();) {
    if (!reader.field().is_dead()) live += reader.field().size;
  }
  return live;
}

std::size_t compact_fields(const std::uint8_t* bytes, std::size_t size, std::uint8_t* out) noexcept {
  std::size_t written = 0;
  for (SpanFieldReader reader(bytes, size); reader.next();) {
    const SpanField& field = reader.field();
    if (field.is_dead()) continue;
    std::memmove(out + written, bytes + field.offset, field.size);
    written += field.size;
  }
  return written;
}

}  // namespace container_kit::telemetry::trace
