// Spool: a queue on disk of what a receiver could not take, bounded in bytes and age.
//
// Records are appended to the last of some numbered segment files and read from the first; a segment that was
// read to its end is removed. What has been read is noted in the file `position`, so that a restart goes on
// there. Where there are too many bytes the oldest segment goes, and records that are too old are passed
// over; both are counted, as are records that make no sense: reading goes on at the next whole one.
//
// What was appended survives a kill of the process at once, since it is the kernel's then. fdatasync(2) is
// called when a segment is full and otherwise about once a second, so that a crash of the machine costs about
// a second.
//
// Thread safety: one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <container_kit/telemetry/expected.h>

#include "delivery/spool_folder.h"
#include "delivery/spool_record.h"

namespace container_kit::telemetry::delivery {

struct SpoolLimits {
  std::uint64_t bytes = std::uint64_t{256} << 20;
  std::chrono::seconds age{24 * 3600};
};

struct SpoolCounts {
  std::uint64_t bytes = 0;             // on disk
  std::uint64_t records = 0;           // not read yet
  std::uint64_t spans = 0;             // in them
  std::uint64_t dropped_for_room = 0;  // spans
  std::uint64_t dropped_for_age = 0;   // spans
  std::uint64_t torn_records = 0;
};

class Spool {
 public:
  using UnixClock = std::function<std::int64_t()>;  // nanoseconds

  static Expected<std::unique_ptr<Spool>> open(std::unique_ptr<SpoolFolder> folder, SpoolLimits limits,
                                               UnixClock clock);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // An error says that the disk is full or not to be written to; what is there already can still be read.
  Expected<void> append(std::string_view body, std::uint32_t span_count);
  // The oldest record; null where there is none. Valid until pop().
  const SpoolRecord* front();
  // Done with front().
  void pop();

  const SpoolCounts& counts() const noexcept { return counts_; }
  const std::string& path() const noexcept { return folder_->path(); }

 private:
  struct Segment {
    std::uint64_t number;
    std::uint64_t size;
    std::uint64_t records;  // not read yet
    std::uint64_t spans;
  };

  Spool(std::unique_ptr<SpoolFolder> folder, SpoolLimits limits, UnixClock clock);
  std::string path_of(std::uint64_t number) const;
  void find_segments();
  void read_position();
  void write_position() const;
  Expected<void> open_last();
  void close_last() noexcept;
  void make_room(std::uint64_t size);
  void remove_first() noexcept;
  bool load_next();
  void skip_torn(std::uint64_t size);
  void settle(const SpoolHeader& header);

  std::unique_ptr<SpoolFolder> folder_;
  SpoolLimits limits_;
  UnixClock clock_;
  std::deque<Segment> segments_;
  std::uint64_t offset_ = 0;  // read up to here in the first segment
  int reading_ = -1;          // the first segment
  int writing_ = -1;          // the last segment
  int position_ = -1;
  std::int64_t synced_ns_ = 0;
  std::optional<SpoolRecord> front_;
  SpoolCounts counts_;
};

}  // namespace container_kit::telemetry::delivery
