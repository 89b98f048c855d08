// What identifies a span across threads and processes: trace id, span id, and the W3C trace flags.
//
// Thread safety and ownership: small values, freely copied.
// Source: W3C Trace Context Level 2; an id of all zero bytes is invalid.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace container_kit::telemetry {

// An id of Size bytes in network order, as it stands on the wire.
template <std::size_t Size>
struct Id {
  std::array<std::uint8_t, Size> bytes{};

  constexpr bool is_valid() const noexcept {
    // By words: comparing the array is a call of memcmp.
    std::uint64_t any = 0;
    for (const std::uint64_t word : std::bit_cast<std::array<std::uint64_t, Size / 8>>(bytes)) any |= word;
    return any != 0;
  }
  std::string to_hex() const;  // lower case, 2 * Size characters
  // Writes 2 * Size characters to `out`, with no terminator.
  void write_hex(char* out) const noexcept;
  // Reads exactly 2 * Size lower-case hexadecimal digits; false, and the id unchanged, on anything else.
  bool read_hex(std::string_view text) noexcept;

  friend constexpr bool operator==(const Id&, const Id&) noexcept = default;
  friend constexpr auto operator<=>(const Id&,
                                    const Id&) noexcept = default;  // NOLINT(modernize-use-nullptr)
};

extern template struct Id<16>;
extern template struct Id<8>;
using TraceId = Id<16>;
using SpanId = Id<8>;

// W3C trace-flags. Random says that the low 56 bits of the trace id are random.
enum class TraceFlags : std::uint8_t { kNone = 0, kSampled = 0x01, kRandom = 0x02 };

constexpr TraceFlags operator|(TraceFlags a, TraceFlags b) noexcept {
  return static_cast<TraceFlags>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(TraceFlags flags, TraceFlags bit) noexcept {
  return (static_cast<unsigned>(flags) & static_cast<unsigned>(bit)) != 0;
}

struct SpanContext {
  TraceId trace_id;
  SpanId span_id;
  TraceFlags flags = TraceFlags::kNone;
  bool is_remote = false;  // it arrived from another process

  constexpr bool is_valid() const noexcept { return trace_id.is_valid() && span_id.is_valid(); }
  constexpr bool is_sampled() const noexcept { return has(flags, TraceFlags::kSampled); }

  friend constexpr bool operator==(const SpanContext&, const SpanContext&) noexcept = default;
};

}  // namespace container_kit::telemetry
