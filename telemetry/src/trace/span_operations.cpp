#include "trace/span_operations.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <typeinfo>

#include <cxxabi.h>

#include "trace/slot_claim.h"
#include "trace/span_fields.h"
#include "trace/span_hooks.h"
#include "trace/span_writer.h"

namespace container_kit::telemetry::trace {
namespace {

// A finished span that lies in a block is handed over with it, unless it is small enough to be copied.
constexpr std::uint32_t kCopyAtMost = 2048;

std::int64_t time_or_now(Engine& engine, std::int64_t time) noexcept {
  return time != 0 ? time : engine.clock().now();
}

// What a record of a block holds instead of the span's bytes.
struct BlockReference {
  std::uint32_t block;
  std::uint32_t length;
};

// The record's header as the number that its eight bytes are.
constexpr std::uint64_t header_of(std::uint32_t body, std::uint16_t scope, std::uint8_t flags) noexcept {
  return body | static_cast<std::uint64_t>(scope) << 32U | static_cast<std::uint64_t>(flags) << 48U;
}

// Commits the record that stands at the thread's position, so that a kill between any two instructions
// neither loses nor doubles it: where the record is gets noted in the slot, the slot is marked as ended, and
// only then is the record committed (docs/flight-buffer.md, "Ending a span").
inline void commit_record(ThreadState& thread, Slot& slot, std::uint32_t size) noexcept {
  auto& chunk = *reinterpret_cast<ChunkHeader*>(thread.bytes);
  slot.end_chunk = thread.chunk.load(std::memory_order_relaxed);
  slot.end_offset = thread.position;
  slot.end_generation = chunk.generation.load(std::memory_order_relaxed);
  slot.state.store(SlotState::kEnded, std::memory_order_release);
  thread.position += size;
  // Release: the exporter thread that sees the position sees the record.
  chunk.committed.store(thread.position, std::memory_order_release);
  ++thread.spans_in_chunk;
}

inline bool has_room(Engine& engine, ThreadState& thread, std::uint32_t size) noexcept {
  return thread.position + size <= thread.capacity || engine.next_chunk(thread);
}

// Puts a finished span that has outgrown its slot into the thread's chunk: its bytes, or its block.
[[gnu::noinline, gnu::cold]] bool put_block_record(Engine& engine, ThreadState& thread, Slot& slot,
                                                   std::uint32_t length) noexcept {
  const bool hand_over = length > kCopyAtMost;
  const std::uint32_t body = hand_over ? static_cast<std::uint32_t>(sizeof(BlockReference)) : length;
  const std::uint32_t size = record_size(body);
  if (!has_room(engine, thread, size)) return false;
  std::uint8_t* const record = thread.bytes + thread.position;
  auto flags = slot.flags;
  if (hand_over) {
    flags |= kInBlock;
    const BlockReference reference{slot.block - 1, length};
    std::memcpy(record + sizeof(RecordHeader), &reference, sizeof reference);
  } else {
    base::copy_with_slack(record + sizeof(RecordHeader), engine.buffer().slot_bytes(slot), length);
  }
  base::put_fixed(record, header_of(body, slot.scope, flags));
  commit_record(thread, slot, size);
  if (hand_over) slot.block = 0;  // the exporter gives it back
  return true;
}

// Puts a span that ends at `end`, and whose bytes are in its slot, into the thread's chunk. The end time is
// stored after the copy: loading what was stored a moment ago in other pieces would wait for the stores.
inline bool put_record(Engine& engine, ThreadState& thread, Slot& slot, std::uint32_t length,
                       std::int64_t end) noexcept {
  const std::uint32_t size = record_size(length);
  if (!has_room(engine, thread, size)) [[unlikely]] {
    return false;
  }
  std::uint8_t* const record = thread.bytes + thread.position;
  base::put_fixed(record, header_of(length, slot.scope, slot.flags));
  base::copy_with_slack(record + sizeof(RecordHeader), slot.inline_bytes(), length);
  base::put_fixed(record + sizeof(RecordHeader) + kEndTimeAt, end);
  base::put_fixed(slot.inline_bytes() + kEndTimeAt, end);
  commit_record(thread, slot, size);
  return true;
}

// Ends the slot's use. The caller holds the claim; a stale handle no longer fits from here on.
inline void vacate(Engine& engine, Slot& slot) noexcept {
  if (slot.block != 0) [[unlikely]] {
    engine.buffer().give_block(slot.block - 1);
    slot.block = 0;
  }
  slot.state.store(SlotState::kFree, std::memory_order_release);
  slot.ticket.store(slot.ticket.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

inline void return_slot(Engine& engine, ThreadState* thread, Slot& slot) noexcept {
  if (thread == nullptr) [[unlikely]] {
    engine.buffer().free_slots().push(engine.buffer().index_of(slot));
    return;
  }
  if (thread->slot_count == ThreadState::kSlotsAtHand) [[unlikely]] {
    engine.return_slots(*thread, ThreadState::kSlotsAtHand / 2);
  }
  thread->slots[thread->slot_count++] = &slot;
}

std::string finished_bytes(Engine& engine, Slot& slot, std::uint32_t length) {
  std::string bytes(length, '\0');
  auto* const out = reinterpret_cast<std::uint8_t*>(bytes.data());
  bytes.resize(compact_fields(engine.buffer().slot_bytes(slot), length, out));
  return bytes;
}

}  // namespace

bool is_recording(const SpanRef& ref) noexcept {
  return ref.slot != nullptr && ref.slot->ticket.load(std::memory_order_relaxed) == ref.ticket;
}

void add_attributes(const SpanRef& ref, Attributes attributes) noexcept {
  const SlotClaim claim(ref);
  if (!claim) return;
  SpanWriter writer(*ref.engine, *claim);
  writer.attributes(attributes);
  writer.commit();
}

void add_event(const SpanRef& ref, std::string_view name, std::int64_t time, Attributes attributes,
               std::size_t left_out) noexcept {
  if (ref.slot == nullptr) return;
  const std::int64_t at = time_or_now(*ref.engine, time);
  const SlotClaim claim(ref);
  if (!claim) return;
  SpanWriter writer(*ref.engine, *claim);
  writer.event(name, at, attributes, left_out);
  writer.commit();
}

void add_link(const SpanRef& ref, const Link& link) noexcept {
  const SlotClaim claim(ref);
  if (!claim) return;
  SpanWriter writer(*ref.engine, *claim);
  writer.link(link);
  writer.commit();
}

void set_status(const SpanRef& ref, StatusCode code, std::string_view description) noexcept {
  const SlotClaim claim(ref);
  if (!claim) return;
  SpanWriter writer(*ref.engine, *claim);
  writer.status(code, description);
  writer.commit();
}

void update_name(const SpanRef& ref, std::string_view name) noexcept {
  const SlotClaim claim(ref);
  if (!claim) return;
  SpanWriter writer(*ref.engine, *claim);
  writer.rename(name);
  writer.commit();
}

void record_exception(const SpanRef& ref, std::string_view type, std::string_view message,
                      std::string_view stacktrace, Attributes attributes) noexcept {
  // Semantic conventions, "Exceptions on spans". What the caller adds comes last, and so wins over ours.
  constexpr std::size_t kOwn = 3;
  constexpr std::size_t kMost = kOwn + 128;  // the limit, unless somebody raised it
  if (ref.slot == nullptr) return;
  std::array<Attribute, kMost> all;
  std::size_t count = 0;
  all[count++] = {"exception.type", type};
  all[count++] = {"exception.message", message};
  if (!stacktrace.empty()) all[count++] = {"exception.stacktrace", stacktrace};
  const std::size_t taken = std::min(attributes.size(), kMost - kOwn);
  std::copy_n(attributes.begin(), taken, all.begin() + static_cast<std::ptrdiff_t>(count));
  add_event(ref, "exception", 0, std::span<const Attribute>(all.data(), count + taken),
            attributes.size() - taken);
}

void record_exception(const SpanRef& ref, const std::exception& exception, Attributes attributes) noexcept {
  if (!is_recording(ref)) return;
  record_exception(ref, type_name(exception), exception.what(), {}, attributes);
}

std::string type_name(const std::exception& exception) {
  const char* mangled = typeid(exception).name();
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(mangled, nullptr, nullptr, &status), &std::free);
  return status == 0 ? name.get() : mangled;
}

namespace {

// Ends the span of a slot that the caller has claimed; the slot is free afterwards.
inline void end_claimed(Engine& engine, ThreadState* thread, Slot& slot, std::int64_t at) noexcept {
  SpanWriter writer(engine, slot);
  const std::uint32_t length = writer.finish();
  const std::int64_t end = writer.end_time(at);
  bool put = true;
  if (thread == nullptr) [[unlikely]] {
    engine.count_drop();
  } else if ((slot.flags & kNotExported) != 0) [[unlikely]] {
    thread->unexported.add(1);
  } else if (slot.block != 0) [[unlikely]] {
    writer.end(end);
    put = put_block_record(engine, *thread, slot, length);
  } else {
    put = put_record(engine, *thread, slot, length, end);
  }
  if (!put) [[unlikely]] {
    thread->dropped.add(1);
  }
  vacate(engine, slot);
}

[[gnu::noinline, gnu::cold]] void end_with_processors(const SpanRef& ref, std::int64_t at) noexcept {
  Engine& engine = *ref.engine;
  run_on_ending(ref);
  ThreadState* const thread = engine.thread();
  std::string finished;
  {
    const SlotClaim claim(ref);
    if (!claim) return;
    SpanWriter writer(engine, *claim);
    const std::uint32_t length = writer.finish();
    writer.end(writer.end_time(at));
    finished = finished_bytes(engine, *claim, length);
    end_claimed(engine, thread, *claim, at);
  }
  if (thread != nullptr) thread->ended.add(1);
  return_slot(engine, thread, *ref.slot);
  run_on_end(engine, finished);
}

}  // namespace

void end_span(const SpanRef& ref, std::int64_t time) noexcept {
  if (!is_recording(ref)) return;  // a Span that was ended still has its destructor to come
  Engine& engine = *ref.engine;
  const std::int64_t at = time_or_now(engine, time);
  if (!engine.processors().empty()) [[unlikely]] {
    return end_with_processors(ref, at);
  }
  ThreadState* const thread = engine.thread();
  {
    const SlotClaim claim(ref);
    if (!claim) return;
    end_claimed(engine, thread, *claim, at);
  }
  if (thread != nullptr) thread->ended.add(1);
  return_slot(engine, thread, *ref.slot);
}

}  // namespace container_kit::telemetry::trace
