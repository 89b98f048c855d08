// The hot half of span_writer.h: how every span begins and ends, and what most have in between.
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
  const privacy::Filter* const filter = engine_->limits().privacy;
  if (filter != nullptr && !passes(filter, name)) [[unlikely]] {
    return leave_for<&SpanWriter::any_name>(name);
  }
  if (name.size() <= kShortName && length_ <= kPrefixSize + 10) [[likely]] {
    out[0] = kTagName;
    out[1] = static_cast<std::uint8_t>(name.size());
    if (base::copy_text(out + 2, name.data(), name.size())) [[likely]] {
      length_ += 2 + static_cast<std::uint32_t>(name.size());
      return;
    }
  }
  leave_for<&SpanWriter::any_name>(name);
}

inline void SpanWriter::attributes(Attributes attributes) noexcept {
  if (engine_->limits().privacy != nullptr) [[unlikely]] {
    return leave_for<&SpanWriter::filtered_attributes>(attributes);
  }
  put_attributes(attributes);
}

// The straight line is for what is short, scalar, ASCII and new to the span; all else leaves it. What the
// loop counts lives in registers: bytes may alias anything, so that members would be loaded anew after each
// store.
inline void SpanWriter::put_attributes(Attributes attributes) noexcept {
  const Limits& limits = engine_->limits();
  const std::size_t most = limits.value_bytes < kShortText ? 0 : limits.attributes;
  Slot* const slot = slot_;
  for (const Attribute* next = attributes.begin(); next != attributes.end(); ++next) {
    const std::size_t room = most - std::min<std::size_t>(most, slot->attributes);
    const Attribute* const first = next;
    const Attribute* const stop = next + std::min(room, static_cast<std::size_t>(attributes.end() - next));
    std::uint8_t* out = cursor();
    const std::uint8_t* const last = bytes_ + slot->capacity - kMostOfShort;
    for (; next != stop && out <= last; ++next) {
      std::uint64_t hash = 0;
      std::uint8_t* const end = put_short_key_value(out, kTagAttribute, *next, hash);
      if (end == nullptr || slot->keys.may_have(hash)) [[unlikely]] {
        break;
      }
      slot->keys.add(hash);
      out = end;
    }
    slot->attributes = static_cast<std::uint16_t>(slot->attributes + (next - first));
    advance_to(out);
    if (next == attributes.end()) [[likely]] {
      return;
    }
    leave_for<&SpanWriter::any_attribute>(*next);
  }
}

inline bool SpanWriter::prepared(const PreparedAttributes& attributes) noexcept {
  const Limits& limits = engine_->limits();
  if (limits.value_bytes < kShortText || attributes.count() > limits.attributes || slot_->block != 0 ||
      length_ + attributes.size() > slot_->capacity) [[unlikely]] {
    return false;
  }
  base::copy_with_slack(cursor(), attributes.bytes(), attributes.size());
  length_ += attributes.size();
  slot_->keys = attributes.keys();
  slot_->attributes = attributes.count();
  return true;
}

// Event: 1 time_unix_nano, 2 name, 3 attributes, 4 dropped_attributes_count. The straight line is for an
// event that is a short name and no more.
inline void SpanWriter::event(std::string_view name, std::int64_t time, Attributes attributes,
                              std::size_t left_out) noexcept {
  constexpr std::uint32_t kHead = 13;  // two tags with their lengths, and the time
  const privacy::Filter* const filter = engine_->limits().privacy;
  const bool is_short = name.size() <= kShortText && attributes.size() + left_out == 0 &&
                        (filter == nullptr || passes(filter, name));
  if (is_short && length_ + kHead + kShortText <= slot_->capacity && slot_->events < engine_->limits().events)
      [[likely]] {
    std::uint8_t* const out = cursor();
    const auto size = static_cast<std::uint32_t>(name.size());
    base::put_fixed(out, kTagEvent | (size + kHead - 2) << 8U | 0x09U << 16U);
    base::put_fixed(out + 3, time);
    base::put_fixed(out + 11, static_cast<std::uint16_t>(0x12U | size << 8U));
    if (base::copy_text(out + kHead, name.data(), size)) [[likely]] {
      length_ += kHead + size;
      ++slot_->events;
      slot_->last_ns = std::max(slot_->last_ns, time);
      return;
    }
  }
  leave_for<&SpanWriter::any_event>(name, time, attributes, left_out);
}

inline std::uint32_t SpanWriter::finish() noexcept {
  if ((slot_->dropped_attributes | slot_->dropped_events | slot_->dropped_links) != 0) [[unlikely]] {
    leave_for<&SpanWriter::put_dropped_counts>();
  }
  return length_;
}

inline std::int64_t SpanWriter::end_time(std::int64_t time) const noexcept {
  std::int64_t start = 0;
  std::memcpy(&start, bytes_ + kStartTimeAt, sizeof start);
  return std::max(time, start);
}

}  // namespace container_kit::telemetry::trace
