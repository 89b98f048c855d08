// SpanLedger: which spans have arrived, by number and by id.
//
// The spans are numbered by the attribute "n" from 0 on. Requests are decoded by the official schema.
// Thread safety: every member function from any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace container_kit::tests {

class SpanLedger {
 public:
  struct Account {
    std::uint64_t arrived = 0;     // different ones
    std::uint64_t duplicates = 0;  // arrivals of what had arrived before
    std::uint64_t missing = 0;     // of the numbers below `count`
    std::uint64_t strangers = 0;   // above it, without a number, or one number with two ids
    std::uint64_t first_missing = 0;
    std::uint64_t last_missing = 0;
  };

  // The ExportTraceServiceRequest of a receiver that takes it. False where it cannot be decoded.
  bool add(const std::string& request);
  // Of `count` spans that were sent.
  Account account(std::uint64_t count) const;
  std::uint64_t arrived() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::uint64_t> ids_;  // by number; 0: not arrived
  std::uint64_t arrived_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t strangers_ = 0;
};

// The spans in a request; 0 where it cannot be decoded.
std::uint64_t count_spans(const std::string& request);

}  // namespace container_kit::tests
