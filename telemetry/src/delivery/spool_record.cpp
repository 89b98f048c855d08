#include "delivery/spool_record.h"

#include <zlib.h>

#include "base/bytes.h"

namespace container_kit::telemetry::delivery {
namespace {

std::uint32_t checksum(const std::uint8_t* fields, std::string_view body) {
  uLong crc = crc32(0, fields, kSpoolHeaderSize - 8);
  crc = crc32_z(crc, reinterpret_cast<const Bytef*>(body.data()), body.size());
  return static_cast<std::uint32_t>(crc);
}

void put_fields(std::uint8_t* out, std::uint32_t size, std::uint32_t span_count, std::int64_t written_ns) {
  out = base::put_fixed(out, size);
  out = base::put_fixed(out, span_count);
  base::put_fixed(out, written_ns);
}

}  // namespace

std::string encode_spool_header(std::string_view body, std::uint32_t span_count, std::int64_t written_ns) {
  std::string header(kSpoolHeaderSize, '\0');
  auto* const out = reinterpret_cast<std::uint8_t*>(header.data());
  put_fields(out + 8, static_cast<std::uint32_t>(body.size()), span_count, written_ns);
  base::put_fixed(out, kSpoolMagic);
  base::put_fixed(out + 4, checksum(out + 8, body));
  return header;
}

std::optional<SpoolHeader> decode_spool_header(std::string_view bytes) {
  if (bytes.size() < kSpoolHeaderSize || base::load32(bytes.data()) != kSpoolMagic) return std::nullopt;
  const SpoolHeader header{base::load32(bytes.data() + 4), base::load32(bytes.data() + 8),
                           base::load32(bytes.data() + 12),
                           static_cast<std::int64_t>(base::load64(bytes.data() + 16))};
  if (header.body_size > kMaxSpoolBody) return std::nullopt;
  return header;
}

bool is_whole(const SpoolHeader& header, std::string_view body) {
  std::uint8_t fields[kSpoolHeaderSize - 8];
  put_fields(fields, header.body_size, header.span_count, header.written_ns);
  return header.body_size == body.size() && header.crc == checksum(fields, body);
}

}  // namespace container_kit::telemetry::delivery
