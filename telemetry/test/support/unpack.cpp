#include "support/unpack.h"

#include <stdexcept>

#include <zlib.h>
#include <zstd.h>

namespace container_kit::telemetry::test {

std::string gunzip(const std::string& packed) {
  constexpr int kWindowWithGzipHeader = 15 + 16;
  z_stream stream{};
  if (inflateInit2(&stream, kWindowWithGzipHeader) != Z_OK) throw std::runtime_error("zlib");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string plain;
  int result = Z_OK;
  while (result == Z_OK) {
    char piece[16'384];
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof piece;
    result = inflate(&stream, Z_NO_FLUSH);
    plain.append(piece, sizeof piece - stream.avail_out);
  }
  inflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("not gzip's format, or cut short");
  return plain;
}

std::string unzstd(const std::string& packed) {
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size >= ZSTD_CONTENTSIZE_ERROR) throw std::runtime_error("not zstd's format");
  std::string plain(size, '\0');
  const std::size_t done = ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size());
  if (ZSTD_isError(done) != 0) throw std::runtime_error("zstd: cut short");
  return plain;
}

}  // namespace container_kit::telemetry::test
