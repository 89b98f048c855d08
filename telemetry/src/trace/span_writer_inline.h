// The hot half of span_writer.h: how every span begins and ends.
#pragma once

#include <algorithm>
#include <cstring>

namespace container_kit::telemetry::trace {

inline void SpanWriter::begin(const SpanStart& start) noexcept {
  using base::put_fixed;
  std::uint8_t* out = bytes_;
  out[0] = kTagTraceId;
  out[1] = 16;
  put_fixed(out + kTraceIdAt, start.trace_id_first);
  put_fixed(out + kTraceIdAt + 8, start.trace_id_last);
  out[kSpanIdAt - 2] = kTagSpanId;
  out[kSpanIdAt - 1] = 8;
  put_fixed(out + kSpanIdAt, start.span_id);
  out[kStartTimeAt - 1] = kTagStartTime;
  put_fixed(out + kStartTimeAt, start.time);
  out[kEndTimeAt - 1] = kTagEndTime;
  put_fixed(out + kEndTimeAt, std::int64_t{0});
  // Span.flags: the low 8 bits are W3C's; bit 8 says that bit 9 is known, bit 9 that the parent is remote.
  const std::uint32_t remote = start.parent != nullptr && start.parent->is_remote ? 0x200U : 0U;
  out[kFlagsAt - 2] = kTagSpanFlags[0];
  out[kFlagsAt - 1] = kTagSpanFlags[1];
  put_fixed(out + kFlagsAt, static_cast<std::uint32_t>(start.flags) | 0x100U | remote);
  out[kKindAt - 1] = kTagKind;
  out[kKindAt] = static_cast<std::uint8_t>(start.kind) & 0x7FU;  // one byte, whatever was cast to a kind
  length_ = kPrefixSize;
  if (start.parent != nullptr) {
    out[kPrefixSize] = kTagParentSpanId;
    out[kPrefixSize + 1] = 8;
    put_fixed(out + kPrefixSize + 2, base::load64(start.parent->span_id.bytes.data()));
    length_ = kPrefixSize + 10;
  }
}

// A short name needs no look at the room there is: it comes first, and a slot has room for it.
inline void SpanWriter::name(std::string_view name) noexcept {
  constexpr std::size_t kShortName = 127;
  static_assert(kPrefixSize + 10 + 2 + kShortName < kInlineCapacity && kShortName <= kMaxNameBytes);
  std::uint8_t* const out = cursor();
  if (name.size() <= kShortName && length_ <= kPrefixSize + 10) [[likely]] {
    out[0] = kTagName;
    out[1] = static_cast<std::uint8_t>(name.size());
    if (base::copy_text(out + 2, name.data(), name.size())) [[likely]] {
      length_ += 2 + static_cast<std::uint32_t>(name.size());
      return;
    }
  }
  long_name(name);
}

inline std::uint32_t SpanWriter::finish() noexcept {
  if ((slot_.dropped_attributes | slot_.dropped_events | slot_.dropped_links) != 0) [[unlikely]] {
    put_dropped_counts();
  }
  return length_;
}

inline std::int64_t SpanWriter::end_time(std::int64_t time) const noexcept {
  std::int64_t start = 0;
  std::memcpy(&start, bytes_ + kStartTimeAt, sizeof start);
  return std::max(time, start);
}

}  // namespace container_kit::telemetry::trace
