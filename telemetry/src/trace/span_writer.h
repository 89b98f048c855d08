// SpanWriter: appends OTLP fields to a live span's bytes.
//
// Used under the slot's claim, or before the slot is published. Each method writes beyond Slot::length and
// makes the bytes part of the span by storing the length last (commit), so that whoever reads the slot after
// a kill finds whole fields only. What does not fit, or exceeds a limit, is dropped and counted in the slot.
//
// A writer is a few words that live in registers: on the hot path no function that is not inlined gets its
// address. What is not inlined is called by leave_for<>, which hands the writer over by value and back.
#pragma once

#include <container_kit/telemetry/span.h>

#include "trace/engine.h"
#include "trace/key_value.h"
#include "trace/prepared_attributes.h"

namespace container_kit::telemetry::trace {

// What a span begins with. The ids as the words that their bytes are in memory.
struct SpanStart {
  std::uint64_t trace_id_first;
  std::uint64_t trace_id_last;
  std::uint64_t span_id;
  const SpanContext* parent;  // null: none
  std::int64_t time;
  TraceFlags flags;
  SpanKind kind;
};

class SpanWriter {
 public:
  SpanWriter(Engine& engine, Slot& slot) noexcept
      : engine_(&engine),
        slot_(&slot),
        bytes_(engine.buffer().slot_bytes(slot)),
        length_(slot.length.load(std::memory_order_relaxed)) {}

  // For a slot that is fresh.
  struct Fresh {};
  SpanWriter(Engine& engine, Slot& slot, Fresh) noexcept
      : engine_(&engine), slot_(&slot), bytes_(slot.inline_bytes()), length_(0) {}

  // Precondition: the slot is fresh. Does not commit.
  void begin(const SpanStart& start) noexcept;
  void trace_state(std::string_view trace_state) noexcept;
  void attributes(Attributes attributes) noexcept;
  // Precondition: the span has no attributes yet. False, with nothing done, where they do not fit the limits.
  bool prepared(const PreparedAttributes& attributes) noexcept;
  // `left_out`: attributes that the caller dropped already.
  void event(std::string_view name, std::int64_t time, Attributes attributes,
             std::size_t left_out = 0) noexcept;
  void link(const Link& link) noexcept;
  void status(StatusCode code, std::string_view description) noexcept;
  void name(std::string_view name) noexcept;
  void rename(std::string_view new_name) noexcept;
  // Adds the counts of what was dropped. Returns the final length.
  std::uint32_t finish() noexcept;
  // The time that the span ends at when asked to end at `time`: never before its start.
  std::int64_t end_time(std::int64_t time) const noexcept;
  // Patches the end time in.
  void end(std::int64_t time) noexcept { base::put_fixed(bytes_ + kEndTimeAt, time); }

  // Calls the method in a function of its own.
  template <auto kMethod, typename... Arguments>
  [[gnu::always_inline]] void leave_for(const Arguments&... arguments) noexcept {
    *this = apart<kMethod>(*this, arguments...);
  }

  void commit() noexcept { slot_->length.store(length_, std::memory_order_release); }

 private:
  // Whether nothing is to be found in the name. A function of its own: it is long, and asked only with a
  // filter.
  [[gnu::noinline]] static bool passes(const privacy::Filter* filter, std::string_view name) noexcept {
    return filter->passes_text(name);
  }
  bool reserve(std::size_t size) noexcept {
    return length_ + size <= slot_->capacity || grow(length_ + size);
  }
  bool grow(std::size_t size) noexcept;
  std::uint8_t* cursor() noexcept { return bytes_ + length_; }
  void advance_to(const std::uint8_t* end) noexcept { length_ = static_cast<std::uint32_t>(end - bytes_); }
  // True where the attribute may be added; a field of the same key is dead then.
  bool admit(std::string_view key) noexcept;
  bool kill_attribute(std::string_view key) noexcept;
  void kill_field(std::uint8_t tag) noexcept;
  void any_attribute(const Attribute& attribute) noexcept;
  void any_event(std::string_view name, std::int64_t time, Attributes attributes,
                 std::size_t left_out) noexcept;
  void put_attributes(Attributes attributes) noexcept;
  void filtered_attributes(Attributes attributes) noexcept;
  void any_name(std::string_view name) noexcept;
  void put_dropped_counts() noexcept;
  template <auto kMethod, typename... Arguments>
  [[gnu::noinline]] static SpanWriter apart(SpanWriter writer, const Arguments&... arguments) noexcept {
    (writer.*kMethod)(arguments...);
    return writer;
  }
  void put_count(std::uint8_t tag, std::uint32_t count) noexcept;
  // Writes the length of the message whose body lies from `body` to `end`, for which one byte was left before
  // it.
  static std::uint8_t* close_message(std::uint8_t* body, std::uint8_t* end) noexcept;

  Engine* engine_;
  Slot* slot_;
  std::uint8_t* bytes_;
  std::uint32_t length_;
};

}  // namespace container_kit::telemetry::trace

#include "trace/span_writer_inline.h"
