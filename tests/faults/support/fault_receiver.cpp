#include "support/fault_receiver.h"

#include <charconv>

#include <poll.h>
#include <strings.h>

namespace container_kit::tests {
namespace {

using telemetry::test::Channel;
using telemetry::test::TlsIdentity;
using Kind = Fault::Kind;

constexpr std::string_view kEnd = "\r\n\r\n";

std::size_t content_length(std::string_view head) {
  constexpr std::string_view kName = "content-length: ";
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at)) {
    at += 2;
    const std::string_view line = head.substr(at);
    if (line.size() < kName.size() || strncasecmp(line.data(), kName.data(), kName.size()) != 0) continue;
    std::size_t length = 0;
    std::from_chars(line.data() + kName.size(), line.data() + line.size(), length);
    return length;
  }
  return 0;
}

// A request's head, with the empty line; `rest` is what came behind it. Empty: the connection is over.
std::string read_head(Channel& channel, std::string& rest) {
  while (rest.find(kEnd) == std::string::npos) {
    const std::string more = channel.read(16'384);
    if (more.empty()) return {};
    rest += more;
  }
  const std::size_t size = rest.find(kEnd) + kEnd.size();
  std::string head = rest.substr(0, size);
  rest.erase(0, size);
  return head;
}

// False: the connection ended first.
bool read_body(Channel& channel, std::size_t size, bool slowly, std::string& rest) {
  constexpr std::size_t kSlowBytes = 4'096;
  while (rest.size() < size) {
    if (slowly) poll(nullptr, 0, 1);
    const std::string more = channel.read(slowly ? kSlowBytes : std::size_t{65'536});
    if (more.empty()) return false;
    rest += more;
  }
  return true;
}

std::optional<TlsIdentity> speaking_http1(std::optional<TlsIdentity> identity) {
  if (identity) identity->offers_http2 = false;
  return identity;
}

std::string answer(const std::string& status, const std::string& headers = {}) {
  return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: 0\r\n\r\n";
}

}  // namespace

FaultReceiver::FaultReceiver(std::optional<TlsIdentity> identity)
    : is_tls_(identity.has_value()),
      server_([this](Channel& channel) { serve(channel); }, speaking_http1(std::move(identity))) {}

std::string FaultReceiver::url() const {
  return (is_tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(server_.port()) +
         "/v1/traces";
}

void FaultReceiver::script(const std::vector<Fault>& faults) {
  const std::lock_guard lock(mutex_);
  script_.insert(script_.end(), faults.begin(), faults.end());
}

void FaultReceiver::otherwise(Fault fault) {
  const std::lock_guard lock(mutex_);
  otherwise_ = std::move(fault);
}

void FaultReceiver::take_at_most(std::uint64_t spans) {
  const std::lock_guard lock(mutex_);
  most_spans_ = spans;
}

std::vector<FaultReceiver::Clock::time_point> FaultReceiver::attempts() const {
  const std::lock_guard lock(mutex_);
  return attempts_;
}

bool FaultReceiver::wait_for_attempts(std::size_t count, std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return attempts_.size() >= count; });
}

Fault FaultReceiver::next_fault() {
  const std::lock_guard lock(mutex_);
  attempts_.push_back(Clock::now());
  changed_.notify_all();
  if (script_.empty()) return otherwise_;
  Fault fault = std::move(script_.front());
  script_.pop_front();
  return fault;
}

void FaultReceiver::serve(Channel& channel) {
  std::string rest;
  for (;;) {
    const std::string head = read_head(channel, rest);
    if (head.empty()) return;
    const Fault fault = next_fault();
    if (fault.kind == Kind::kResets) return channel.reset_when_closed();
    const std::size_t size = content_length(head);
    if (!read_body(channel, size, fault.kind == Kind::kReadsSlowly, rest)) return;
    const std::string body = rest.substr(0, size);
    rest.erase(0, size);
    if (!handle(channel, fault, body)) return;
  }
}

// False: the connection is to be closed.
bool FaultReceiver::handle(Channel& channel, const Fault& fault, const std::string& body) {
  switch (fault.kind) {
    case Kind::kStatus:
      return channel.write(answer(fault.status, fault.headers));
    case Kind::kHalfAnswer:
      channel.write("HTTP/1.1 200 OK\r\nContent-Le");
      return false;
    case Kind::kGarbage:
      channel.write("\x16\x03\x01 what is this?\r\n\r\n");
      return false;
    case Kind::kStalls:
      channel.read(1);  // until the sender gives up
      return false;
    case Kind::kTakesAndResets:
      ledger_.add(body);
      channel.reset_when_closed();
      return false;
    case Kind::kNone:
    case Kind::kReadsSlowly:
      break;
    default:
      return false;
  }
  std::uint64_t most = 0;
  {
    const std::lock_guard lock(mutex_);
    most = most_spans_;
  }
  if (most > 0 && count_spans(body) > most) return channel.write(answer("413 Content Too Large"));
  // Before the answer, so that what the sender counts as delivered is in the ledger.
  if (!ledger_.add(body)) return channel.write(answer("400 Bad Request"));
  return channel.write(answer("200 OK", "Content-Type: application/x-protobuf\r\n"));
}

}  // namespace container_kit::tests
