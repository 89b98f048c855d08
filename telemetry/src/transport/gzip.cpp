#include "transport/gzip.h"

#include <zlib.h>

namespace container_kit::telemetry::transport {

bool gzip(std::string_view plain, std::string& compressed) {
  constexpr int kWindowWithGzipHeader = 15 + 16;
  constexpr int kMemoryLevel = 8;
  z_stream stream{};
  // Level 1: telemetry is sent once, and the time is the host's.
  if (deflateInit2(&stream, 1, Z_DEFLATED, kWindowWithGzipHeader, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK)
    return false;
  compressed.resize(deflateBound(&stream, static_cast<uLong>(plain.size())));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  const bool is_whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  return is_whole;
}

}  // namespace container_kit::telemetry::transport
