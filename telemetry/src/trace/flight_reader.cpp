#include "trace/flight_reader.h"

#include <algorithm>
#include <cstring>

namespace container_kit::telemetry::trace {

FlightReader::FlightReader(Engine& engine) : engine_(engine), chunks_(engine.buffer().shape().chunks) {}

void FlightReader::find_sealed() {
  const auto before = static_cast<std::ptrdiff_t>(sealed_.size());
  for (std::uint32_t chunk = engine_.sealed_chunks().pop(); chunk != IndexPool::kNone;
       chunk = engine_.sealed_chunks().pop()) {
    sealed_.push_back(chunk);
  }
  std::reverse(sealed_.begin() + before, sealed_.end());  // the pool gives the latest first
}

bool FlightReader::collect(std::vector<FinishedSpan>& spans, std::size_t most) {
  const std::size_t before = spans.size();
  find_sealed();
  while (!sealed_.empty() && spans.size() - before < most) {
    const std::uint32_t chunk = sealed_.front();
    read_chunk(chunk, spans, most - (spans.size() - before));
    const std::uint32_t committed = engine_.buffer().chunk(chunk).committed.load(std::memory_order_acquire);
    if (chunks_[chunk].read < committed) break;
    sealed_.pop_front();
    chunks_[chunk].sealed = true;  // only now: as long as it is in sealed_ it must not be recycled
    recycle_if_done(chunk);
  }
  for (ThreadState* thread = engine_.first_thread(); thread != nullptr; thread = thread->next) {
    const std::uint32_t chunk = thread->chunk.load(std::memory_order_acquire);
    if (chunk != IndexPool::kNone) read_chunk(chunk, spans, most - (spans.size() - before));
  }
  return spans.size() > before;
}

namespace {

// Records lie in another core's cache, and where the next one begins is only known from this one's size:
// without help each would be waited for in turn. Beyond the chunk's end the hint does no harm.
constexpr std::size_t kPrefetchAhead = 1024;

void prefetch(const std::uint8_t* bytes, std::size_t size) noexcept {
  for (std::size_t at = 0; at < size; at += kCacheLine) __builtin_prefetch(bytes + at);
}

}  // namespace

std::size_t FlightReader::read_chunk(std::uint32_t chunk, std::vector<FinishedSpan>& spans,
                                     std::size_t most) {
  ChunkState& state = chunks_[chunk];
  const std::uint8_t* const bytes = engine_.buffer().chunk_bytes(chunk);
  // Acquire: pairs with the writer's release, so that whole records are seen.
  const std::uint32_t committed = engine_.buffer().chunk(chunk).committed.load(std::memory_order_acquire);
  std::size_t count = 0;
  while (state.read < committed && count < most) {
    RecordHeader header;
    std::memcpy(&header, bytes + state.read, sizeof header);
    const std::uint8_t* const body = bytes + state.read + sizeof header;
    prefetch(body + kPrefetchAhead, header.size);
    state.read += record_size(header.size);
    FinishedSpan span{body, header.size, header.scope, header.flags, chunk, state.read, 0};
    if ((header.flags & kInBlock) != 0) {
      std::uint32_t reference[2];
      std::memcpy(reference, body, sizeof reference);
      span.bytes = engine_.buffer().block(reference[0]);
      span.size = reference[1];
      span.block = reference[0] + 1;
    }
    spans.push_back(span);
    ++count;
  }
  return count;
}

void FlightReader::acknowledge(const std::vector<FinishedSpan>& spans) {
  for (const FinishedSpan& span : spans) {
    ChunkState& state = chunks_[span.chunk];
    state.acked = span.position;
    engine_.buffer().chunk(span.chunk).acked.store(span.position, std::memory_order_release);
    if (span.block != 0) engine_.buffer().give_block(span.block - 1);
    recycle_if_done(span.chunk);
  }
}

// A sealed chunk grows no more: once all of it is acknowledged it is free. The order of the stores matters
// for whoever reads the memory of a killed process: see docs/flight-buffer.md, "A chunk's life".
void FlightReader::recycle_if_done(std::uint32_t chunk) {
  ChunkState& state = chunks_[chunk];
  ChunkHeader& header = engine_.buffer().chunk(chunk);
  if (!state.sealed || state.acked < header.committed.load(std::memory_order_acquire)) return;
  header.generation.fetch_add(1, std::memory_order_release);
  header.committed.store(0, std::memory_order_release);
  header.acked.store(0, std::memory_order_release);
  state = ChunkState{};
  engine_.buffer().free_chunks().push(chunk);
}

}  // namespace container_kit::telemetry::trace
