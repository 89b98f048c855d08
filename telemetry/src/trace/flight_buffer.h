// FlightBuffer: the memory that holds a process's live and finished spans, and which parts of it are free.
//
// The memory is shared (so that it outlives a killed process) and allocated in advance. It is never unmapped
// while the process lives: a handle to a span may outlive everything. release() turns it into untouched zero
// pages, where a late write does no harm.
//
// Thread safety: the pools and accessors from any thread; construction and release() from one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/expected.h>

#include "trace/flight_file.h"
#include "trace/flight_layout.h"
#include "trace/flight_metadata.h"
#include "trace/index_pool.h"

namespace container_kit::telemetry::trace {

class FlightBuffer {
 public:
  // How many pieces of each kind a buffer of about `bytes` has. At least 1 MiB is taken.
  struct Shape {
    explicit Shape(std::size_t bytes) noexcept;
    std::uint32_t slots;
    std::uint32_t middle_blocks;
    std::uint32_t large_blocks;
    std::uint32_t chunks;
    std::size_t slots_offset() const noexcept { return kHeaderSize + kMetadataSize; }
    std::size_t middle_offset() const noexcept { return slots_offset() + slots * kSlotStride; }
    std::size_t large_offset() const noexcept { return middle_offset() + middle_blocks * kMiddleBlock; }
    std::size_t chunks_offset() const noexcept { return large_offset() + large_blocks * kLargeBlock; }
    std::size_t size() const noexcept { return chunks_offset() + chunks * kChunkSize; }
  };

  // In a file in `dir` that outlives this process, where it is killed.
  static Expected<FlightBuffer*> create_in_file(const std::string& dir, std::string_view service,
                                                std::size_t bytes, std::uint64_t first_ticket);
  // Memory of this process alone, which dies with it.
  static Expected<FlightBuffer*> create_anonymous(std::size_t bytes, std::uint64_t first_ticket);

  FlightBuffer(const FlightBuffer&) = delete;
  FlightBuffer& operator=(const FlightBuffer&) = delete;

  Slot& slot(std::uint32_t index) noexcept {
    return *reinterpret_cast<Slot*>(base_ + slots_offset_ + index * kSlotStride);
  }
  std::uint32_t index_of(const Slot& slot) const noexcept {
    const auto offset = reinterpret_cast<const std::uint8_t*>(&slot) - (base_ + slots_offset_);
    return static_cast<std::uint32_t>(static_cast<std::size_t>(offset) / kSlotStride);
  }
  ChunkHeader& chunk(std::uint32_t index) noexcept {
    return *reinterpret_cast<ChunkHeader*>(base_ + chunks_offset_ + index * kChunkSize);
  }
  std::uint8_t* chunk_bytes(std::uint32_t index) noexcept {
    return reinterpret_cast<std::uint8_t*>(&chunk(index));
  }
  // Middle blocks come first, then the large ones.
  std::uint8_t* block(std::uint32_t index) noexcept {
    return index < shape_.middle_blocks
               ? base_ + shape_.middle_offset() + index * kMiddleBlock
               : base_ + shape_.large_offset() + (index - shape_.middle_blocks) * kLargeBlock;
  }
  std::uint32_t block_capacity(std::uint32_t index) const noexcept {
    return static_cast<std::uint32_t>((index < shape_.middle_blocks ? kMiddleBlock : kLargeBlock) -
                                      base::kCopySlack - kCountsRoom);
  }
  // The smallest free block that holds more than `capacity` bytes, or IndexPool::kNone.
  std::uint32_t take_block(std::uint32_t capacity) noexcept;
  void give_block(std::uint32_t index) noexcept;
  std::uint8_t* slot_bytes(Slot& slot) noexcept {
    return slot.block == 0 ? slot.inline_bytes() : block(slot.block - 1);
  }

  // What a later process must know to export what it finds here; false where there is no room for it.
  bool add_metadata(MetadataKind kind, std::string_view body) noexcept {
    return append_metadata(header(), base_, kind, body);
  }
  bool is_in_file() const noexcept { return file_ != nullptr; }
  void beat(std::int64_t now) noexcept { header().heartbeat_ns.store(now, std::memory_order_relaxed); }

  FileHeader& header() noexcept { return *reinterpret_cast<FileHeader*>(base_); }
  const Shape& shape() const noexcept { return shape_; }
  IndexPool& free_slots() noexcept { return free_slots_; }
  IndexPool& free_chunks() noexcept { return free_chunks_; }

  // Turns the memory into zero pages of this process alone, and removes the file or, where something in it is
  // still to be delivered, leaves it to whoever starts next.
  void release(bool keep_file) noexcept;
  // For a forked child: the same, but the file is the parent's. Async-signal-safe.
  void disown() noexcept;

 private:
  void zero_memory() noexcept;
  FlightBuffer(std::uint8_t* base, const Shape& shape, std::uint64_t first_ticket,
               std::unique_ptr<FlightFile> file);

  std::uint8_t* base_;
  std::unique_ptr<FlightFile> file_;  // null: anonymous memory
  Shape shape_;
  std::size_t slots_offset_;
  std::size_t chunks_offset_;
  IndexPool free_slots_;
  IndexPool free_middle_;
  IndexPool free_large_;
  IndexPool free_chunks_;
};

}  // namespace container_kit::telemetry::trace
