#include "trace/flight_buffer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

namespace container_kit::telemetry::trace {
namespace {

constexpr std::size_t kMinBytes = std::size_t{1} << 20;

Error system_error(const char* what) {
  return {ErrorCode::kSystem, std::string("flight buffer: ") + what + ": " + std::strerror(errno)};
}

}  // namespace

// A quarter for live spans, a quarter for those that outgrow their slots, half for finished ones.
FlightBuffer::Shape::Shape(std::size_t bytes) noexcept {
  const std::size_t quarter = std::max(bytes, kMinBytes) / 4;
  slots = static_cast<std::uint32_t>(quarter / kSlotStride);
  middle_blocks = static_cast<std::uint32_t>(quarter / 2 / kMiddleBlock);
  large_blocks = static_cast<std::uint32_t>(quarter / 2 / kLargeBlock);
  chunks = static_cast<std::uint32_t>(quarter * 2 / kChunkSize);
}

Expected<FlightBuffer*> FlightBuffer::create_anonymous(std::size_t bytes, std::uint64_t first_ticket) {
  const Shape shape(bytes);
  void* memory = mmap(nullptr, shape.size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return system_error("no memory");
  return new FlightBuffer(static_cast<std::uint8_t*>(memory), shape, first_ticket, nullptr);
}

Expected<FlightBuffer*> FlightBuffer::create_in_file(const std::string& dir, std::string_view service,
                                                     std::size_t bytes, std::uint64_t first_ticket) {
  const Shape shape(bytes);
  auto file = FlightFile::create(dir, service, shape.size());
  if (!file) return file.error();
  std::uint8_t* const memory = (*file)->map(true);
  if (memory == nullptr) {
    const Error error = system_error("cannot map the file");
    (*file)->remove();
    return error;
  }
  return new FlightBuffer(memory, shape, first_ticket, std::move(*file));
}

FlightBuffer::FlightBuffer(std::uint8_t* base, const Shape& shape, std::uint64_t first_ticket,
                           std::unique_ptr<FlightFile> file)
    : base_(base),
      file_(std::move(file)),
      shape_(shape),
      slots_offset_(shape.slots_offset()),
      chunks_offset_(shape.chunks_offset()),
      free_slots_(shape.slots, true),
      free_middle_(shape.middle_blocks, true),
      free_large_(shape.large_blocks, true),
      free_chunks_(shape.chunks, true) {
  FileHeader& layout = header();
  layout.version = kFlightVersion;
  layout.pid = static_cast<std::uint32_t>(getpid());
  layout.file_size = shape.size();
  layout.metadata_offset = kHeaderSize;
  layout.metadata_size = kMetadataSize;
  layout.slots_offset = shape.slots_offset();
  layout.slot_count = shape.slots;
  layout.middle_offset = shape.middle_offset();
  layout.middle_count = shape.middle_blocks;
  layout.large_offset = shape.large_offset();
  layout.large_count = shape.large_blocks;
  layout.chunks_offset = shape.chunks_offset();
  layout.chunk_count = shape.chunks;
  for (std::uint32_t index = 0; index < shape.slots; ++index) {
    slot(index).ticket.store(first_ticket, std::memory_order_relaxed);
  }
  std::atomic_ref<std::uint64_t>(layout.magic).store(kFlightMagic, std::memory_order_release);
}

std::uint32_t FlightBuffer::take_block(std::uint32_t capacity) noexcept {
  if (capacity < kMiddleBlock - base::kCopySlack - kCountsRoom) {
    const std::uint32_t index = free_middle_.pop();
    if (index != IndexPool::kNone) return index;
  }
  if (capacity >= kLargeBlock - base::kCopySlack - kCountsRoom) return IndexPool::kNone;
  const std::uint32_t index = free_large_.pop();
  return index == IndexPool::kNone ? index : index + shape_.middle_blocks;
}

void FlightBuffer::give_block(std::uint32_t index) noexcept {
  if (index < shape_.middle_blocks) {
    free_middle_.push(index);
  } else {
    free_large_.push(index - shape_.middle_blocks);
  }
}

void FlightBuffer::release(bool keep_file) noexcept {
  // Removed before it is unlocked, so that nobody adopts what has been delivered.
  if (file_ != nullptr && !keep_file) file_->remove();
  zero_memory();
  file_.reset();
}

void FlightBuffer::disown() noexcept {
  if (file_ != nullptr) file_->disown();
  zero_memory();
}

void FlightBuffer::zero_memory() noexcept {
  static_cast<void>(mmap(base_, shape_.size(), PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0));
}

}  // namespace container_kit::telemetry::trace
