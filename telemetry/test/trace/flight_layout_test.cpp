// The layout is what docs/flight-buffer.md says: a file must be readable by a later build.

#include "trace/flight_layout.h"

#include <cstddef>

#include <gtest/gtest.h>

namespace container_kit::telemetry::trace {
namespace {

TEST(FlightLayout, IsTheDocumentedOne) {
  EXPECT_EQ(offsetof(FileHeader, version), 8U);
  EXPECT_EQ(offsetof(FileHeader, pid), 12U);
  EXPECT_EQ(offsetof(FileHeader, file_size), 16U);
  EXPECT_EQ(offsetof(FileHeader, metadata_offset), 24U);
  EXPECT_EQ(offsetof(FileHeader, slots_offset), 40U);
  EXPECT_EQ(offsetof(FileHeader, middle_offset), 56U);
  EXPECT_EQ(offsetof(FileHeader, large_offset), 72U);
  EXPECT_EQ(offsetof(FileHeader, chunks_offset), 88U);
  EXPECT_EQ(offsetof(FileHeader, heartbeat_ns), 104U);
  EXPECT_EQ(offsetof(FileHeader, metadata_bytes), 112U);

  EXPECT_EQ(offsetof(Slot, claim), 8U);
  EXPECT_EQ(offsetof(Slot, state), 12U);
  EXPECT_EQ(offsetof(Slot, length), 16U);
  EXPECT_EQ(offsetof(Slot, block), 20U);
  EXPECT_EQ(offsetof(Slot, capacity), 24U);
  EXPECT_EQ(offsetof(Slot, scope), 28U);
  EXPECT_EQ(offsetof(Slot, flags), 30U);
  EXPECT_EQ(offsetof(Slot, status), 31U);
  EXPECT_EQ(offsetof(Slot, keys), 72U);
  EXPECT_EQ(offsetof(Slot, attributes), 32U);
  EXPECT_EQ(offsetof(Slot, dropped_attributes), 40U);
  EXPECT_EQ(offsetof(Slot, last_ns), 48U);
  EXPECT_EQ(offsetof(Slot, end_chunk), 56U);
  EXPECT_EQ(offsetof(Slot, end_generation), 64U);
  EXPECT_EQ(kInlineBytes, 832U);
  EXPECT_EQ(offsetof(Slot, dropped_links), 104U);

  EXPECT_EQ(offsetof(ChunkHeader, acked), 4U);
  EXPECT_EQ(offsetof(ChunkHeader, generation), 8U);
  EXPECT_EQ(offsetof(RecordHeader, scope), 4U);
  EXPECT_EQ(offsetof(RecordHeader, flags), 6U);
  EXPECT_EQ(kEndTimeAt, 38U);
}

}  // namespace
}  // namespace container_kit::telemetry::trace
