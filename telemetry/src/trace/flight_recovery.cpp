#include "trace/flight_recovery.h"

#include <algorithm>
#include <cstring>

#include "trace/key_value.h"
#include "trace/span_fields.h"

namespace container_kit::telemetry::trace {
namespace {

constexpr std::string_view kIncompleteMessage = "the process ended before the span did";

Error malformed(const char* what) {
  return {ErrorCode::kInvalidArgument, std::string("flight buffer: ") + what};
}

// True where `count` pieces of `stride` bytes from `offset` on lie within the file.
bool fits(std::uint64_t offset, std::uint64_t count, std::uint64_t stride, std::uint64_t size) noexcept {
  return offset <= size && offset % 8 == 0 && count <= (size - offset) / stride;
}

bool is_whole_span(const std::uint8_t* bytes, std::size_t size) noexcept {
  if (size < kPrefixSize || bytes[0] != kTagTraceId || bytes[kSpanIdAt - 2] != kTagSpanId) return false;
  SpanFieldReader reader(bytes, size);
  std::size_t end = 0;
  while (reader.next()) end = reader.field().offset + reader.field().size;
  return end == size;
}

class Recovery {
 public:
  explicit Recovery(std::span<const std::uint8_t> file)
      : file_(file.data()), size_(file.size()), header_(*reinterpret_cast<const FileHeader*>(file.data())) {}

  Expected<void> check() const {
    if (header_.magic != kFlightMagic) return malformed("not a flight buffer");
    if (header_.version != kFlightVersion)
      return Error{ErrorCode::kUnavailable, "flight buffer: of another version"};
    const bool whole = header_.file_size <= size_ &&
                       fits(header_.metadata_offset, header_.metadata_size, 1, size_) &&
                       fits(header_.slots_offset, header_.slot_count, kSlotStride, size_) &&
                       fits(header_.middle_offset, header_.middle_count, kMiddleBlock, size_) &&
                       fits(header_.large_offset, header_.large_count, kLargeBlock, size_) &&
                       fits(header_.chunks_offset, header_.chunk_count, kChunkSize, size_);
    return whole ? Expected<void>() : malformed("truncated");
  }

  RecoveredFlight run() {
    result_.metadata = read_metadata(header_, file_);
    result_.pid = header_.pid;
    for (std::uint64_t chunk = 0; chunk < header_.chunk_count; ++chunk) read_chunk(chunk);
    for (std::uint64_t slot = 0; slot < header_.slot_count; ++slot) read_slot(slot);
    return std::move(result_);
  }

 private:
  const std::uint8_t* chunk_bytes(std::uint64_t index) const {
    return file_ + header_.chunks_offset + index * kChunkSize;
  }
  const ChunkHeader& chunk(std::uint64_t index) const {
    return *reinterpret_cast<const ChunkHeader*>(chunk_bytes(index));
  }
  // Null where there is no such block, or it is not so large.
  const std::uint8_t* block(std::uint32_t index, std::uint32_t length) const {
    if (index < header_.middle_count) {
      return length <= kMiddleBlock ? file_ + header_.middle_offset + index * kMiddleBlock : nullptr;
    }
    const std::uint64_t large = index - header_.middle_count;
    if (large >= header_.large_count || length > kLargeBlock) return nullptr;
    return file_ + header_.large_offset + large * kLargeBlock;
  }

  void keep(std::vector<RecoveredSpan>& list, const std::uint8_t* bytes, std::size_t size,
            std::uint16_t scope) {
    if (bytes == nullptr || !is_whole_span(bytes, size)) {
      ++result_.torn;
      return;
    }
    RecoveredSpan span{std::string(size, '\0'), scope};
    span.bytes.resize(compact_fields(bytes, size, reinterpret_cast<std::uint8_t*>(span.bytes.data())));
    list.push_back(std::move(span));
  }

  // Records between what was acknowledged and what was committed.
  void read_chunk(std::uint64_t index) {
    const std::uint32_t committed = chunk(index).committed.load(std::memory_order_acquire);
    std::uint32_t at =
        std::max<std::uint32_t>(chunk(index).acked.load(std::memory_order_acquire), sizeof(ChunkHeader));
    if (committed > kChunkSize) {
      ++result_.torn;
      return;
    }
    while (at < committed) {
      RecordHeader record{};
      if (committed - at < sizeof record) break;
      std::memcpy(&record, chunk_bytes(index) + at, sizeof record);
      if (record.size > committed - at - sizeof record) {
        ++result_.torn;
        return;
      }
      read_record(record, chunk_bytes(index) + at + sizeof record);
      at += record_size(record.size);
    }
  }

  void read_record(const RecordHeader& record, const std::uint8_t* body) {
    if ((record.flags & kInBlock) == 0) {
      keep(result_.finished, body, record.size, record.scope);
      return;
    }
    std::uint32_t reference[2] = {};
    if (record.size == sizeof reference) std::memcpy(reference, body, sizeof reference);
    keep(result_.finished, block(reference[0], reference[1]), reference[1], record.scope);
  }

  void read_slot(std::uint64_t index) {
    const auto& slot = *reinterpret_cast<const Slot*>(file_ + header_.slots_offset + index * kSlotStride);
    const SlotState state = slot.state.load(std::memory_order_acquire);
    if (state == SlotState::kFree || (state == SlotState::kEnded && is_committed(slot))) return;
    const std::uint32_t length = slot.length.load(std::memory_order_acquire);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&slot + 1);
    if (slot.block != 0) bytes = block(slot.block - 1, length);
    if (slot.block == 0 && length > kInlineBytes) bytes = nullptr;
    if (state == SlotState::kEnded) {
      keep(result_.finished, bytes, length, slot.scope);
      return;
    }
    const std::size_t before = result_.incomplete.size();
    keep(result_.incomplete, bytes, length, slot.scope);
    if (result_.incomplete.size() > before) mark_incomplete(result_.incomplete.back(), slot);
  }

  // Whether the record that the slot's span was put into counts: the chunk has moved on to another use (and
  // so the record was delivered), or it was committed.
  bool is_committed(const Slot& slot) const {
    if (slot.end_chunk >= header_.chunk_count) return false;
    const ChunkHeader& header = chunk(slot.end_chunk);
    return header.generation.load(std::memory_order_acquire) != slot.end_generation ||
           header.committed.load(std::memory_order_acquire) > slot.end_offset;
  }

  void mark_incomplete(RecoveredSpan& span, const Slot& slot) const {
    auto* const bytes = reinterpret_cast<std::uint8_t*>(span.bytes.data());
    std::int64_t start = 0;
    std::memcpy(&start, bytes + kStartTimeAt, sizeof start);
    const std::int64_t heartbeat = header_.heartbeat_ns.load(std::memory_order_relaxed);
    const std::int64_t end = std::max({start, slot.last_ns, heartbeat});
    std::memcpy(bytes + kEndTimeAt, &end, sizeof end);
    remove_status(span);
    const Attribute incomplete{"container_kit.incomplete", true};
    std::uint8_t extra[512];
    std::uint8_t* out = put_key_value(extra, kTagAttribute, incomplete, Limits());
    // Status: 2 message, 3 code.
    *out++ = kTagStatus;
    *out++ = static_cast<std::uint8_t>(kIncompleteMessage.size() + 4);
    out = put_text_field(out, 0x12, kIncompleteMessage, kMaxValueBytes);
    *out++ = 0x18;
    *out++ = 2;
    span.bytes.append(reinterpret_cast<const char*>(extra), static_cast<std::size_t>(out - extra));
  }

  static void remove_status(RecoveredSpan& span) {
    auto* const bytes = reinterpret_cast<std::uint8_t*>(span.bytes.data());
    for (SpanFieldReader reader(bytes, span.bytes.size()); reader.next();) {
      if (reader.field().tag == kTagStatus) bytes[reader.field().offset] = (kTagStatus & 0xF8U) | kDeadField;
    }
    span.bytes.resize(compact_fields(bytes, span.bytes.size(), bytes));
  }

  const std::uint8_t* file_;
  std::size_t size_;
  const FileHeader& header_;
  RecoveredFlight result_;
};

}  // namespace

Expected<RecoveredFlight> recover_flight(std::span<const std::uint8_t> file) {
  if (file.size() < kHeaderSize) return malformed("too short");
  Recovery recovery(file);
  if (auto valid = recovery.check(); !valid) return valid.error();
  return recovery.run();
}

}  // namespace container_kit::telemetry::trace
