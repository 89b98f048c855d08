#include "transport/compress.h"

#include <zlib.h>
#include <zstd.h>

namespace container_kit::telemetry::transport {
namespace {

// Of both formats: telemetry is sent once, and the time is the host's.
constexpr int kFastest = 1;

bool gzip(std::string_view plain, std::string& compressed) {
  constexpr int kWindowWithGzipHeader = 15 + 16;
  constexpr int kMemoryLevel = 8;
  z_stream stream{};
  if (deflateInit2(&stream, kFastest, Z_DEFLATED, kWindowWithGzipHeader, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK)
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

bool zstd(std::string_view plain, std::string& compressed) {
  compressed.resize(ZSTD_compressBound(plain.size()));
  const std::size_t size =
      ZSTD_compress(compressed.data(), compressed.size(), plain.data(), plain.size(), kFastest);
  if (ZSTD_isError(size) != 0) return false;
  compressed.resize(size);
  return true;
}

}  // namespace

bool compress(OtlpCompression how, std::string_view plain, std::string& compressed) {
  switch (how) {
    case OtlpCompression::kGzip:
      return gzip(plain, compressed);
    case OtlpCompression::kZstd:
      return zstd(plain, compressed);
    default:
      return false;
  }
}

const char* encoding_name(OtlpCompression how) noexcept {
  switch (how) {
    case OtlpCompression::kGzip:
      return "gzip";
    case OtlpCompression::kZstd:
      return "zstd";
    default:
      return "";
  }
}

}  // namespace container_kit::telemetry::transport
