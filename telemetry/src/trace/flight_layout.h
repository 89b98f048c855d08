// The flight buffer, byte by byte: the one place that says how spans lie in shared memory.
//
//   FileHeader | resource and scopes | slots | middle blocks | large blocks | chunks
//
// A live span is one Slot: its header, and its OTLP bytes, inline or, when they outgrow the slot, in a block.
// A finished span is one record in the chunk of the thread that ended it. docs/flight-buffer.md explains the
// order in which these fields are written, so that a process may be killed between any two instructions.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/bytes.h"
#include "trace/key_filter.h"

namespace container_kit::telemetry::trace {

constexpr std::uint64_t kFlightMagic = 0x31544C46'4B434E43;  // "CNCKFLT1"
constexpr std::uint32_t kFlightVersion = 1;
constexpr std::size_t kCacheLine = 64;

enum class SlotState : std::uint32_t { kFree = 0, kLive = 1, kEnded = 2 };

// Bits of Slot::flags and RecordHeader::flags.
constexpr std::uint8_t kHasDeadFields = 0x01;  // some fields were replaced: see kDeadField
constexpr std::uint8_t kInBlock = 0x02;      // the record's body is a block's index, not the bytes themselves
constexpr std::uint8_t kLocalRoot = 0x04;    // no parent, or a parent in another process
constexpr std::uint8_t kTailPending = 0x08;  // kept only if the tail rule says so at the local root's end
constexpr std::uint8_t kFailed = 0x10;       // status Error
constexpr std::uint8_t kNotExported = 0x20;  // recorded for span processors only

// A replaced field keeps its place and its length, but its tag is turned into this wire type, which protobuf
// does not use with a length. Records that have such fields are compacted before they leave the process.
constexpr std::uint8_t kDeadField = 0x03;

struct alignas(kCacheLine) Slot {
  std::atomic<std::uint64_t>
      ticket;  // odd while live; each use has its own, so that a stale handle is told apart
  std::atomic<std::uint32_t> claim;  // 1 while a thread reads or writes what follows
  std::atomic<SlotState> state;
  std::atomic<std::uint32_t> length;  // of the OTLP bytes; stored after the bytes themselves
  std::uint32_t block;                // 0: the bytes are inline; else 1 + the block's index
  std::uint32_t capacity;
  std::uint16_t scope;
  std::uint8_t flags;
  std::uint8_t status;
  std::uint16_t attributes;
  std::uint16_t events;
  std::uint16_t links;
  std::uint16_t reserved;
  std::uint32_t dropped_attributes;
  std::uint32_t dropped_events;
  std::int64_t last_ns;  // the latest time that the span is known to have been alive
  // Where the finished record was put, written before it is committed there.
  std::uint32_t end_chunk;
  std::uint32_t end_offset;
  std::uint64_t end_generation;
  KeyFilter keys;
  std::uint32_t dropped_links;

  // All counts and keys of a fresh span.
  void clear_counts() noexcept {
    keys.clear();
    attributes = events = links = reserved = 0;
    dropped_attributes = dropped_events = dropped_links = 0;
  }

  // `new_block` as in `block`. One store: a killed process's memory has the length that goes with the place.
  void move_to(std::uint32_t new_block, std::uint32_t new_length) noexcept {
    using Both [[gnu::may_alias]] = std::uint64_t;
    __atomic_store_n(reinterpret_cast<Both*>(&length), new_length | Both{new_block} << 32U, __ATOMIC_RELEASE);
  }

  std::uint8_t* inline_bytes() noexcept { return reinterpret_cast<std::uint8_t*>(this + 1); }
};
static_assert(sizeof(Slot) == 2 * kCacheLine);
static_assert(offsetof(Slot, length) % 8 == 0 && offsetof(Slot, block) == offsetof(Slot, length) + 4);

constexpr std::size_t kSlotStride = 1024;
constexpr std::uint32_t kInlineBytes = kSlotStride - sizeof(Slot) - base::kCopySlack;
// Kept free to the end, wherever the bytes are, so that the three counts of what was dropped find room.
constexpr std::uint32_t kCountsRoom = 24;
constexpr std::uint32_t kInlineCapacity = kInlineBytes - kCountsRoom;

// A block that a slot's bytes move to when they outgrow what they have.
constexpr std::size_t kMiddleBlock = std::size_t{8} << 10;
constexpr std::size_t kLargeBlock = std::size_t{64} << 10;

struct alignas(kCacheLine) ChunkHeader {
  std::atomic<std::uint32_t> committed;   // records up to here are whole
  std::atomic<std::uint32_t> acked;       // records up to here were delivered, spooled or given up
  std::atomic<std::uint64_t> generation;  // grows each time the chunk is used anew
};
static_assert(sizeof(ChunkHeader) == kCacheLine);

constexpr std::size_t kChunkSize = std::size_t{16} << 10;

// What stands before each finished span in a chunk; records begin at multiples of 8.
struct RecordHeader {
  std::uint32_t size;  // of the body, without this header and without padding
  std::uint16_t scope;
  std::uint8_t flags;
  std::uint8_t reserved;
};
static_assert(sizeof(RecordHeader) == 8);

constexpr std::uint32_t record_size(std::uint32_t body) noexcept {
  return (body + static_cast<std::uint32_t>(sizeof(RecordHeader)) + 7U) & ~7U;
}
constexpr std::uint32_t kMaxRecordBody =
    kChunkSize - sizeof(ChunkHeader) - sizeof(RecordHeader) - base::kCopySlack - 8;

// Every span's bytes begin with these fields, in this order, so that the end time is patched in place:
//   trace_id, span_id, start_time_unix_nano, end_time_unix_nano, flags, kind
constexpr std::size_t kTraceIdAt = 2;
constexpr std::size_t kSpanIdAt = 20;
constexpr std::size_t kStartTimeAt = 29;
constexpr std::size_t kEndTimeAt = 38;
constexpr std::size_t kFlagsAt = 48;
constexpr std::size_t kKindAt = 53;
constexpr std::size_t kPrefixSize = 54;

// OTLP's field numbers with their wire types (opentelemetry/proto/trace/v1/trace.proto, common.proto).
enum SpanTag : std::uint8_t {
  kTagTraceId = 0x0A,
  kTagSpanId = 0x12,
  kTagTraceState = 0x1A,
  kTagParentSpanId = 0x22,
  kTagName = 0x2A,
  kTagKind = 0x30,
  kTagStartTime = 0x39,
  kTagEndTime = 0x41,
  kTagAttribute = 0x4A,
  kTagDroppedAttributes = 0x50,
  kTagEvent = 0x5A,
  kTagDroppedEvents = 0x60,
  kTagLink = 0x6A,
  kTagDroppedLinks = 0x70,
  kTagStatus = 0x7A,
};
constexpr std::uint8_t kTagSpanFlags[2] = {0x85, 0x01};

// The file as a whole. Offsets are from its beginning, so that it can be read wherever it is mapped.
struct FileHeader {
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t pid;
  std::uint64_t file_size;
  std::uint64_t metadata_offset;
  std::uint64_t metadata_size;
  std::uint64_t slots_offset;
  std::uint64_t slot_count;
  std::uint64_t middle_offset;
  std::uint64_t middle_count;
  std::uint64_t large_offset;
  std::uint64_t large_count;
  std::uint64_t chunks_offset;
  std::uint64_t chunk_count;
  std::atomic<std::int64_t> heartbeat_ns;     // when the exporter thread was last known to run
  std::atomic<std::uint32_t> metadata_bytes;  // of the metadata that is valid
};
static_assert(std::is_standard_layout_v<FileHeader> && sizeof(FileHeader) <= 4096);
constexpr std::size_t kHeaderSize = 4096;
constexpr std::size_t kMetadataSize = std::size_t{60} << 10;

}  // namespace container_kit::telemetry::trace
