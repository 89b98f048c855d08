#include "delivery/spool.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <zlib.h>

#include "base/bytes.h"

namespace container_kit::telemetry::delivery {
namespace {

constexpr std::uint64_t kSegmentBytes = std::uint64_t{4} << 20;
constexpr std::int64_t kSyncInterval = 1'000'000'000;
constexpr std::size_t kPositionSize = 24;  // magic, crc32 of the rest, segment, offset

Error failure(const std::string& what, const std::string& path) {
  return {ErrorCode::kSystem, "cannot " + what + " " + path + ": " + std::generic_category().message(errno)};
}

void close_descriptor(int& descriptor) noexcept {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

// Fewer bytes than asked for where the file ends.
std::string read_at(int descriptor, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t read =
        ::pread(descriptor, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (read <= 0) break;
    done += static_cast<std::size_t>(read);
  }
  bytes.resize(done);
  return bytes;
}

bool write_all(int descriptor, std::uint64_t offset, std::string_view head, std::string_view body) {
  const std::size_t total = head.size() + body.size();
  for (std::size_t done = 0; done < total;) {
    const std::string_view rest_of_head = head.substr(std::min(done, head.size()));
    const std::string_view rest_of_body = body.substr(done > head.size() ? done - head.size() : 0);
    const iovec parts[2] = {{const_cast<char*>(rest_of_head.data()), rest_of_head.size()},
                            {const_cast<char*>(rest_of_body.data()), rest_of_body.size()}};
    const ssize_t written = ::pwritev(descriptor, parts, 2, static_cast<off_t>(offset + done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      if (written == 0) errno = ENOSPC;
      return false;
    }
    done += static_cast<std::size_t>(written);
  }
  return true;
}

std::uint32_t checksum(const std::string& bytes, std::size_t from) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()) + from, bytes.size() - from));
}

void subtract(std::uint64_t& from, std::uint64_t amount) {
  from -= std::min(from, amount);
}

struct Totals {
  std::uint64_t records = 0;
  std::uint64_t spans = 0;
};

// By the headers alone, up to the first that makes no sense.
Totals count_records(int descriptor, std::uint64_t from, std::uint64_t size) {
  Totals totals;
  while (from + kSpoolHeaderSize <= size) {
    const auto header = decode_spool_header(read_at(descriptor, from, kSpoolHeaderSize));
    if (!header || from + kSpoolHeaderSize + header->body_size > size) break;
    ++totals.records;
    totals.spans += header->span_count;
    from += kSpoolHeaderSize + header->body_size;
  }
  return totals;
}

// Where the next whole record begins in the segment's bytes, or their end.
std::size_t find_whole(std::string_view bytes) {
  const std::string_view magic(reinterpret_cast<const char*>(&kSpoolMagic), sizeof kSpoolMagic);
  for (std::size_t at = bytes.find(magic); at != std::string_view::npos; at = bytes.find(magic, at + 1)) {
    const std::string_view rest = bytes.substr(at);
    if (rest.size() < kSpoolHeaderSize) break;
    const auto header = decode_spool_header(rest);
    if (header && is_whole(*header, rest.substr(kSpoolHeaderSize, header->body_size))) return at;
  }
  return bytes.size();
}

}  // namespace

Expected<std::unique_ptr<Spool>> Spool::open(std::unique_ptr<SpoolFolder> folder, SpoolLimits limits,
                                             UnixClock clock) {
  std::unique_ptr<Spool> spool(new Spool(std::move(folder), limits, std::move(clock)));
  const std::string position = spool->path() + "/position";
  spool->position_ = ::open(position.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (spool->position_ < 0) return failure("open", position);
  spool->find_segments();
  return spool;
}

Spool::Spool(std::unique_ptr<SpoolFolder> folder, SpoolLimits limits, UnixClock clock)
    : folder_(std::move(folder)), limits_(limits), clock_(std::move(clock)) {}

Spool::~Spool() {
  close_last();
  close_descriptor(reading_);
  close_descriptor(position_);
}

std::string Spool::path_of(std::uint64_t number) const {
  return path() + "/" + spool_segment_name(number);
}

void Spool::find_segments() {
  for (const std::uint64_t number : spool_segments(path())) segments_.push_back({number, 0, 0, 0});
  read_position();
  for (Segment& segment : segments_) {
    int descriptor = ::open(path_of(segment.number).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat status {};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0) continue;
    segment.size = static_cast<std::uint64_t>(status.st_size);
    const std::uint64_t from = segment.number == segments_.front().number ? offset_ : 0;
    const Totals totals = count_records(descriptor, from, segment.size);
    close_descriptor(descriptor);
    segment.records = totals.records;
    segment.spans = totals.spans;
    counts_.bytes += segment.size;
    counts_.records += totals.records;
    counts_.spans += totals.spans;
  }
}

// Segments before the one that was being read have been read.
void Spool::read_position() {
  const std::string bytes = read_at(position_, 0, kPositionSize);
  if (bytes.size() < kPositionSize || base::load32(bytes.data()) != kSpoolMagic ||
      base::load32(bytes.data() + 4) != checksum(bytes, 8)) {
    return;
  }
  const std::uint64_t segment = base::load64(bytes.data() + 8);
  while (!segments_.empty() && segments_.front().number < segment) {
    ::unlink(path_of(segments_.front().number).c_str());
    segments_.pop_front();
  }
  if (!segments_.empty() && segments_.front().number == segment) offset_ = base::load64(bytes.data() + 16);
}

// Not written, or torn by a crash of the machine: some records are sent again, none is lost.
void Spool::write_position() const {
  std::string bytes(kPositionSize, '\0');
  auto* const out = reinterpret_cast<std::uint8_t*>(bytes.data());
  base::put_fixed(out, kSpoolMagic);
  base::put_fixed(out + 8, segments_.front().number);
  base::put_fixed(out + 16, offset_);
  base::put_fixed(out + 4, checksum(bytes, 8));
  static_cast<void>(write_all(position_, 0, bytes, {}));
}

// A segment that an earlier process left is not appended to: its end may be torn.
Expected<void> Spool::open_last() {
  const std::uint64_t number = segments_.empty() ? 1 : segments_.back().number + 1;
  const std::string path = path_of(number);
  writing_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (writing_ < 0) return failure("make", path);
  segments_.push_back({number, 0, 0, 0});
  if (segments_.size() == 1) {
    offset_ = 0;
    write_position();
  }
  return {};
}

void Spool::close_last() noexcept {
  if (writing_ >= 0) ::fdatasync(writing_);
  close_descriptor(writing_);
}

Expected<void> Spool::append(std::string_view body, std::uint32_t span_count) {
  if (body.size() > kMaxSpoolBody) return Error{ErrorCode::kInvalidArgument, "too large for the spool"};
  const std::uint64_t size = kSpoolHeaderSize + body.size();
  if (writing_ >= 0 && segments_.back().size + size > kSegmentBytes) close_last();
  make_room(size);
  if (writing_ < 0) {
    if (auto opened = open_last(); !opened) return opened.error();
  }
  Segment& segment = segments_.back();
  const std::int64_t now = clock_();
  if (!write_all(writing_, segment.size, encode_spool_header(body, span_count, now), body)) {
    Error error = failure("write to", path_of(segment.number));
    static_cast<void>(::ftruncate(writing_, static_cast<off_t>(segment.size)));
    return error;
  }
  segment.size += size;
  ++segment.records;
  segment.spans += span_count;
  counts_.bytes += size;
  ++counts_.records;
  counts_.spans += span_count;
  if (now - synced_ns_ >= kSyncInterval) {
    ::fdatasync(writing_);
    synced_ns_ = now;
  }
  return {};
}

void Spool::make_room(std::uint64_t size) {
  while (!segments_.empty() && counts_.bytes + size > limits_.bytes) {
    counts_.dropped_for_room += segments_.front().spans;
    front_.reset();
    remove_first();
  }
}

void Spool::remove_first() noexcept {
  const Segment& first = segments_.front();
  if (segments_.size() == 1) close_descriptor(writing_);
  close_descriptor(reading_);
  ::unlink(path_of(first.number).c_str());
  subtract(counts_.bytes, first.size);
  subtract(counts_.records, first.records);
  subtract(counts_.spans, first.spans);
  segments_.pop_front();
  offset_ = 0;
  if (!segments_.empty()) write_position();
}

const SpoolRecord* Spool::front() {
  if (front_ || load_next()) return &*front_;
  return nullptr;
}

bool Spool::load_next() {
  while (!segments_.empty()) {
    const Segment& segment = segments_.front();
    if (reading_ < 0) reading_ = ::open(path_of(segment.number).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (reading_ < 0 && errno != ENOENT) return false;  // no descriptor is free, or no memory: not for good
    if (offset_ >= segment.size || reading_ < 0) {
      remove_first();
      continue;
    }
    const auto header = decode_spool_header(read_at(reading_, offset_, kSpoolHeaderSize));
    std::string body =
        header ? read_at(reading_, offset_ + kSpoolHeaderSize, header->body_size) : std::string();
    if (!header || !is_whole(*header, body)) {
      skip_torn(segment.size);
      continue;
    }
    const auto age = std::chrono::nanoseconds(clock_() - header->written_ns);
    if (age > limits_.age) {
      counts_.dropped_for_age += header->span_count;
      settle(*header);
      continue;
    }
    front_ = SpoolRecord{std::move(body), header->span_count, header->written_ns};
    return true;
  }
  return false;
}

void Spool::skip_torn(std::uint64_t size) {
  ++counts_.torn_records;
  const std::string rest = read_at(reading_, offset_ + 1, static_cast<std::size_t>(size - offset_ - 1));
  offset_ += 1 + find_whole(rest);
}

void Spool::settle(const SpoolHeader& header) {
  Segment& segment = segments_.front();
  offset_ += kSpoolHeaderSize + header.body_size;
  subtract(segment.records, 1);
  subtract(segment.spans, header.span_count);
  subtract(counts_.records, 1);
  subtract(counts_.spans, header.span_count);
  if (offset_ >= segment.size) {
    remove_first();
  } else {
    write_position();
  }
}

void Spool::pop() {
  if (!front_) return;
  const SpoolHeader header{0, static_cast<std::uint32_t>(front_->body.size()), front_->span_count, 0};
  front_.reset();
  settle(header);
}

}  // namespace container_kit::telemetry::delivery
