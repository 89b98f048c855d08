// FlightReader: the exporter thread's view of the flight buffer. It finds finished spans, lends them out as
// they lie, and takes their memory back once they are acknowledged.
//
// Thread safety: one thread at a time. Ownership: the spans lent out point into the flight buffer and stay
// valid until they are acknowledged.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "trace/engine.h"

namespace container_kit::telemetry::trace {

// One finished span: an OTLP Span message.
struct FinishedSpan {
  const std::uint8_t* bytes;
  std::uint32_t size;
  std::uint16_t scope;
  std::uint8_t flags;
  std::uint32_t chunk;  // where its record ends, to acknowledge it
  std::uint32_t position;
  std::uint32_t block;  // 0, or 1 + the block that holds it
};

class FlightReader {
 public:
  explicit FlightReader(Engine& engine);

  // Appends up to `most` spans that have not been lent yet. False where there was none.
  bool collect(std::vector<FinishedSpan>& spans, std::size_t most);
  // Spans that were lent, in the order in which they were: their memory may be used anew.
  void acknowledge(const std::vector<FinishedSpan>& spans);

 private:
  void find_sealed();
  std::size_t read_chunk(std::uint32_t chunk, std::vector<FinishedSpan>& spans, std::size_t most);
  void recycle_if_done(std::uint32_t chunk);

  Engine& engine_;
  struct ChunkState {
    std::uint32_t read = sizeof(ChunkHeader);  // lent up to here
    std::uint32_t acked = sizeof(ChunkHeader);
    bool sealed = false;
  };
  std::vector<ChunkState> chunks_;
  std::deque<std::uint32_t> sealed_;  // not yet lent to their ends
};

}  // namespace container_kit::telemetry::trace
