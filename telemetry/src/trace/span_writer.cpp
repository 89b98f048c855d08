#include "trace/span_writer.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/utf8.h"
#include "trace/attribute_list.h"
#include "trace/span_fields.h"

namespace container_kit::telemetry::trace {
namespace {

using base::put_fixed;
using base::put_varint;

// Room for tags, lengths and a time, beside texts and attributes.
constexpr std::size_t kFieldOverhead = 32;

bool has_nothing_to_find(std::string_view text, const privacy::Filter* filter) noexcept {
  return filter == nullptr || filter->passes_text(text);
}

// How much room put_text needs.
std::size_t bound_of_name(std::string_view name, const privacy::Filter* filter) noexcept {
  if (has_nothing_to_find(name, filter)) [[likely]] {
    return 3 * std::min(name.size(), kMaxNameBytes);
  }
  return bound_of_text(name, kMaxNameBytes, filter);
}

std::uint8_t* put_text(std::uint8_t* out, std::uint8_t tag, std::string_view text, std::size_t limit,
                       const privacy::Filter* filter) noexcept {
  if (text.size() < 128 && text.size() <= limit && has_nothing_to_find(text, filter)) [[likely]] {
    out[0] = tag;
    out[1] = static_cast<std::uint8_t>(text.size());
    if (base::copy_text(out + 2, text.data(), text.size())) return out + 2 + text.size();
  }
  return put_text_field(out, tag, text, limit, filter);
}

}  // namespace

void SpanWriter::any_name(std::string_view name) noexcept {
  const privacy::Filter* const filter = engine_->limits().privacy;
  if (!reserve(bound_of_name(name, filter) + kFieldOverhead)) return;
  advance_to(put_text(cursor(), kTagName, name, kMaxNameBytes, filter));
}

void SpanWriter::trace_state(std::string_view trace_state) noexcept {
  if (!reserve(3 * trace_state.size() + kFieldOverhead)) return;
  advance_to(put_text_field(cursor(), kTagTraceState, trace_state, kMaxValueBytes));
}

void SpanWriter::rename(std::string_view new_name) noexcept {
  if (!reserve(bound_of_name(new_name, engine_->limits().privacy) + kFieldOverhead)) return;
  kill_field(kTagName);
  name(new_name);
}

bool SpanWriter::admit(std::string_view key) noexcept {
  if (key.empty()) {  // the specification forbids it
    ++slot_->dropped_attributes;
    return false;
  }
  const std::uint64_t hash = KeyFilter::hash(key);
  if (slot_->keys.may_have(hash) && kill_attribute(key)) return true;
  if (slot_->attributes >= engine_->limits().attributes) [[unlikely]] {
    ++slot_->dropped_attributes;
    return false;
  }
  slot_->keys.add(hash);
  ++slot_->attributes;
  return true;
}

void SpanWriter::any_attribute(const Attribute& attribute) noexcept {
  const WireKey key(attribute.key);
  const Attribute keyed{key.text(), attribute.value};
  if (drops(keyed, engine_->limits())) [[unlikely]] {
    // What it would have replaced is no longer true.
    if (slot_->keys.may_have(KeyFilter::hash(keyed.key)) && kill_attribute(keyed.key)) --slot_->attributes;
    return;
  }
  // Room first: an attribute that cannot be stored must not cost the one that it would replace.
  if (!reserve(bound_of(keyed, engine_->limits()))) {
    ++slot_->dropped_attributes;
  } else if (admit(keyed.key)) {
    advance_to(put_key_value(cursor(), kTagAttribute, keyed, engine_->limits()));
  }
}

std::uint8_t* SpanWriter::close_message(std::uint8_t* body, std::uint8_t* end) noexcept {
  const auto size = static_cast<std::size_t>(end - body);
  if (size < 128) [[likely]] {
    body[-1] = static_cast<std::uint8_t>(size);
    return end;
  }
  const std::size_t shift = base::varint_size(size) - 1;
  std::memmove(body + shift, body, size);
  put_varint(body - 1, size);
  return end + shift;
}

void SpanWriter::any_event(std::string_view name, std::int64_t time, Attributes attributes,
                           std::size_t left_out) noexcept {
  const Limits& limits = engine_->limits();
  const std::size_t bound = bound_of_name(name, limits.privacy) + 2 * kFieldOverhead +
                            bound_of_list(attributes, limits.event_attributes, limits);
  if (slot_->events >= limits.events || !reserve(bound)) [[unlikely]] {
    ++slot_->dropped_events;
    return;
  }
  // Event: 1 time_unix_nano, 2 name, 3 attributes, 4 dropped_attributes_count.
  std::uint8_t* const body = cursor() + 2;
  body[-2] = kTagEvent;
  body[0] = 0x09;
  std::uint8_t* out = put_fixed(body + 1, time);
  out = put_text(out, 0x12, name, kMaxNameBytes, limits.privacy);
  if (!attributes.empty()) {
    out = put_attribute_list(out, {0x1A, 0x20}, attributes, limits.event_attributes, left_out, limits);
  }
  advance_to(close_message(body, out));
  ++slot_->events;
  slot_->last_ns = std::max(slot_->last_ns, time);
}

void SpanWriter::link(const Link& link) noexcept {
  const Limits& limits = engine_->limits();
  const std::size_t bound = 3 * link.trace_state.size() + 3 * kFieldOverhead +
                            bound_of_list(link.attributes, limits.link_attributes, limits);
  const bool is_empty = !link.context.is_valid() && link.trace_state.empty() && link.attributes.empty();
  if (is_empty || slot_->links >= limits.links || !reserve(bound)) {
    ++slot_->dropped_links;
    return;
  }
  // Link: 1 trace_id, 2 span_id, 3 trace_state, 4 attributes, 5 dropped_attributes_count, 6 flags (fixed32).
  std::uint8_t* const body = cursor() + 2;
  body[-2] = kTagLink;
  std::uint8_t* out = body;
  *out++ = 0x0A;
  *out++ = 16;
  out = std::copy(link.context.trace_id.bytes.begin(), link.context.trace_id.bytes.end(), out);
  *out++ = 0x12;
  *out++ = 8;
  out = std::copy(link.context.span_id.bytes.begin(), link.context.span_id.bytes.end(), out);
  if (!link.trace_state.empty()) out = put_text_field(out, 0x1A, link.trace_state, kMaxValueBytes);
  out = put_attribute_list(out, {0x22, 0x28}, link.attributes, limits.link_attributes, 0, limits);
  *out++ = 0x35;
  const std::uint32_t remote = link.context.is_remote ? 0x200U : 0U;
  out = put_fixed(out, static_cast<std::uint32_t>(link.context.flags) | 0x100U | remote);
  advance_to(close_message(body, out));
  ++slot_->links;
}

void SpanWriter::status(StatusCode code, std::string_view description) noexcept {
  const auto current = static_cast<StatusCode>(slot_->status);
  const bool is_known = code == StatusCode::kOk || code == StatusCode::kError;
  if (!is_known || current == StatusCode::kOk) return;
  if (code == StatusCode::kOk) description = {};  // a description goes with Error only
  const privacy::Filter* const filter = engine_->limits().privacy;
  std::size_t most = kMaxValueBytes;
  while (!reserve(bound_of_text(description, most, filter) + kFieldOverhead)) {
    if (most == 0) return;
    most = std::min(most, description.size()) / 2;
  }
  if (current != StatusCode::kUnset) kill_field(kTagStatus);
  // Status: 2 message, 3 code.
  std::uint8_t* const body = cursor() + 2;
  body[-2] = kTagStatus;
  std::uint8_t* out = body;
  if (!description.empty() && most > 0) out = put_text(out, 0x12, description, most, filter);
  *out++ = 0x18;
  *out++ = static_cast<std::uint8_t>(code);
  advance_to(close_message(body, out));
  slot_->status = static_cast<std::uint8_t>(code);
  slot_->flags = static_cast<std::uint8_t>(code == StatusCode::kError ? slot_->flags | kFailed
                                                                      : slot_->flags & ~kFailed);
}

// Those that the filter lets pass, one run after the other; nothing is stored while it is asked, so that what
// it needs stays in registers.
void SpanWriter::filtered_attributes(Attributes attributes) noexcept {
  const privacy::Filter& filter = *engine_->limits().privacy;
  for (const Attribute* next = attributes.begin(); next != attributes.end();) {
    const Attribute* const first = next;
    while (next != attributes.end() && filter.passes(*next)) ++next;
    if (next != first) put_attributes(std::span<const Attribute>(first, next));
    if (next != attributes.end()) any_attribute(*next++);
  }
}

void SpanWriter::put_count(std::uint8_t tag, std::uint32_t count) noexcept {
  if (count == 0) return;
  *cursor() = tag;  // in the room that every capacity leaves for it
  advance_to(put_varint(cursor() + 1, count));
}

void SpanWriter::put_dropped_counts() noexcept {
  put_count(kTagDroppedAttributes, slot_->dropped_attributes);
  put_count(kTagDroppedEvents, slot_->dropped_events);
  put_count(kTagDroppedLinks, slot_->dropped_links);
  commit();
  slot_->dropped_attributes = slot_->dropped_events = slot_->dropped_links = 0;  // they are in the bytes now
}

bool SpanWriter::kill_attribute(std::string_view key) noexcept {
  for (SpanFieldReader reader(bytes_, length_, kPrefixSize); reader.next();) {
    const SpanField& field = reader.field();
    if (field.tag == kTagAttribute && key_of(field.body, field.body_size) == key) {
      bytes_[field.offset] = static_cast<std::uint8_t>((kTagAttribute & 0xF8U) | kDeadField);
      slot_->flags |= kHasDeadFields;
      return true;
    }
  }
  return false;
}

void SpanWriter::kill_field(std::uint8_t tag) noexcept {
  for (SpanFieldReader reader(bytes_, length_, kPrefixSize); reader.next();) {
    if (reader.field().tag != tag) continue;
    bytes_[reader.field().offset] = static_cast<std::uint8_t>((tag & 0xF8U) | kDeadField);
    slot_->flags |= kHasDeadFields;
    return;
  }
}

// Dead fields stay behind, so that a span that replaces the same values over and over does not grow without
// end.
bool SpanWriter::grow(std::size_t size) noexcept {
  const bool has_dead_fields = (slot_->flags & kHasDeadFields) != 0;
  const std::size_t live = has_dead_fields ? live_size(bytes_, length_) : length_;
  const std::size_t wanted = size - length_ + live;
  if (wanted > kLargeBlock) return false;
  const std::uint32_t block = engine_->buffer().take_block(static_cast<std::uint32_t>(wanted));
  if (block == IndexPool::kNone) return false;
  std::uint8_t* const larger = engine_->buffer().block(block);
  if (has_dead_fields) {
    length_ = static_cast<std::uint32_t>(compact_fields(bytes_, length_, larger));
  } else {
    std::memcpy(larger, bytes_, length_);
  }
  const std::uint32_t old = slot_->block;
  // After the copy: a reader of a killed process's memory finds whole bytes wherever `block` points.
  slot_->move_to(block + 1, length_);
  slot_->flags = static_cast<std::uint8_t>(slot_->flags & ~kHasDeadFields);
  slot_->capacity = engine_->buffer().block_capacity(block);
  bytes_ = larger;
  if (old != 0) engine_->buffer().give_block(old - 1);
  return true;
}

}  // namespace container_kit::telemetry::trace
