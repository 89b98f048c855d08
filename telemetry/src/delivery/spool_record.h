// How one record lies in a spool's segment: what could not be delivered, with what it takes to trust it.
//
//   magic (4) | crc32 of all that follows (4) | size of the body (4) | spans in it (4) | when it was written,
//   Unix nanoseconds (8) | body
//
// Little-endian. The body is an OTLP export request. The checksum is zlib's crc32.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace container_kit::telemetry::delivery {

struct SpoolRecord {
  std::string body;
  std::uint32_t span_count = 0;
  std::int64_t written_ns = 0;
};

constexpr std::size_t kSpoolHeaderSize = 24;
constexpr std::uint32_t kSpoolMagic = 0x52534B43;  // "CKSR"
constexpr std::uint32_t kMaxSpoolBody = 64U << 20;

struct SpoolHeader {
  std::uint32_t crc;
  std::uint32_t body_size;
  std::uint32_t span_count;
  std::int64_t written_ns;
};

std::string encode_spool_header(std::string_view body, std::uint32_t span_count, std::int64_t written_ns);
// Nothing where the bytes, at least kSpoolHeaderSize of them, do not look like a header. The checksum is not
// looked at.
std::optional<SpoolHeader> decode_spool_header(std::string_view bytes);
// Whether header and body belong together, unharmed.
bool is_whole(const SpoolHeader& header, std::string_view body);

}  // namespace container_kit::telemetry::delivery
