// FaultReceiver: an OTLP/HTTP receiver that goes wrong as it is told, request by request.
//
// What it takes is in its ledger: the spans of requests that it has answered with 200, and those that it has
// taken without the sender getting to know (kTakesAndResets). Thread safety: every member function from any
// thread, but start() and stop() from one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "support/socket_server.h"
#include "support/span_ledger.h"

namespace container_kit::tests {

struct Fault {
  enum class Kind {
    kNone,            // takes the spans
    kStatus,          // answers with `status` and `headers`, and takes nothing
    kResets,          // in the midst of the request
    kCloses,          // behind the request, without an answer
    kHalfAnswer,      // breaks off in the midst of the answer
    kGarbage,         // answers what is not HTTP
    kStalls,          // reads and never answers
    kTakesAndResets,  // takes the spans, and resets before it has answered
    kReadsSlowly,     // and takes the spans
  };

  Kind kind = Kind::kNone;
  std::string status = "200 OK";
  std::string headers = {};  // each with its line end
};

class FaultReceiver {
 public:
  using Clock = std::chrono::steady_clock;

  explicit FaultReceiver(std::optional<telemetry::test::TlsIdentity> identity = std::nullopt);

  std::string url() const;
  // One fault a request; behind those that are still to come.
  void script(const std::vector<Fault>& faults);
  // What happens when there is no script, from here on.
  void otherwise(Fault fault);
  // 413 to requests with more spans than that; 0: none.
  void take_at_most(std::uint64_t spans);
  void stop() { server_.stop(); }
  void start() { server_.start(); }

  SpanLedger& ledger() noexcept { return ledger_; }
  // When requests came.
  std::vector<Clock::time_point> attempts() const;
  // False: the deadline came first.
  bool wait_for_attempts(std::size_t count, std::chrono::milliseconds patience) const;

 private:
  void serve(telemetry::test::Channel& channel);
  bool handle(telemetry::test::Channel& channel, const Fault& fault, const std::string& body);
  Fault next_fault();

  const bool is_tls_;
  SpanLedger ledger_;
  mutable std::mutex mutex_;  // guards what follows
  mutable std::condition_variable changed_;
  std::deque<Fault> script_;
  Fault otherwise_;
  std::uint64_t most_spans_ = 0;
  std::vector<Clock::time_point> attempts_;
  telemetry::test::SocketServer server_;  // last: its threads use the others
};

}  // namespace container_kit::tests
