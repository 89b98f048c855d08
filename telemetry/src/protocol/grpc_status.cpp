#include "protocol/grpc_status.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include <protozero/pbf_reader.hpp>

namespace container_kit::telemetry::protocol {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

constexpr auto kMessage = pbf_wire_type::length_delimited;
constexpr std::string_view kRetryInfo = "google.rpc.RetryInfo";

// 0 to 63, or -1. RFC 4648, both alphabets.
int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

std::string decode_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = value_of(c);
    if (value < 0) break;  // padding, or the end of what makes sense
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count);
  }
  return out;
}

// RetryInfo: 1 retry_delay, a Duration: 1 seconds, 2 nanos.
std::chrono::milliseconds read_retry_info(pbf_reader info) {
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  while (info.next(1, kMessage)) {
    pbf_reader duration = info.get_message();
    while (duration.next()) {
      switch (duration.tag_and_type()) {
        case tag_and_type(1, pbf_wire_type::varint):
          seconds = duration.get_int64();
          break;
        case tag_and_type(2, pbf_wire_type::varint):
          nanos = duration.get_int32();
          break;
        default:
          duration.skip();
      }
    }
  }
  constexpr std::int64_t kLongest = 3'600;
  const std::int64_t whole = std::clamp<std::int64_t>(seconds, 0, kLongest);
  const std::int64_t rest = std::clamp<std::int64_t>(nanos, 0, 999'999'999);
  return std::chrono::milliseconds(std::min(whole * 1'000 + rest / 1'000'000, kLongest * 1'000));
}

// Any: 1 type_url, 2 value.
std::optional<std::chrono::milliseconds> read_detail(pbf_reader any) {
  std::string_view type;
  protozero::data_view value;
  while (any.next()) {
    switch (any.tag_and_type()) {
      case tag_and_type(1, kMessage): {
        const protozero::data_view url = any.get_view();
        type = {url.data(), url.size()};
        break;
      }
      case tag_and_type(2, kMessage):
        value = any.get_view();
        break;
      default:
        any.skip();
    }
  }
  if (!type.ends_with(kRetryInfo)) return std::nullopt;
  return read_retry_info(pbf_reader(value.data(), value.size()));
}

}  // namespace

std::string decode_grpc_message(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned value = 0;
    const bool is_escape =
        text[at] == '%' && at + 2 < text.size() &&
        std::from_chars(text.data() + at + 1, text.data() + at + 3, value, 16).ptr == text.data() + at + 3;
    out += is_escape ? static_cast<char>(value) : text[at];
    if (is_escape) at += 2;
  }
  return out;
}

std::optional<std::chrono::milliseconds> retry_delay_in(std::string_view details) {
  const std::string bytes = decode_base64(details);
  // Status: 1 code, 2 message, 3 details, each an Any.
  try {
    pbf_reader status(bytes.data(), bytes.size());
    while (status.next(3, kMessage)) {
      if (const auto delay = read_detail(status.get_message())) return delay;
    }
  } catch (const protozero::exception&) {  // as if it were not there
  }
  return std::nullopt;
}

}  // namespace container_kit::telemetry::protocol
