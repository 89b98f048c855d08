#include "delivery/orphan_feed.h"

#include <algorithm>
#include <map>

#include "protocol/otlp_traces.h"

namespace container_kit::telemetry::delivery {
namespace {

using trace::RecoveredFlight;
using trace::RecoveredSpan;

const RecoveredSpan& span_at(const RecoveredFlight& flight, std::size_t index) {
  const std::size_t finished = flight.finished.size();
  return index < finished ? flight.finished[index] : flight.incomplete[index - finished];
}

std::string encode(const RecoveredFlight& flight, std::size_t first, std::size_t last) {
  const auto& known = flight.metadata.scopes;
  std::vector<protocol::ScopeSpans> scopes;
  std::map<std::uint16_t, std::size_t> numbers;
  for (std::size_t index = first; index < last; ++index) {
    const RecoveredSpan& span = span_at(flight, index);
    const std::uint16_t scope = span.scope < known.size() ? span.scope : 0;
    const auto [number, is_new] = numbers.emplace(scope, scopes.size());
    if (is_new) {
      scopes.emplace_back();
      if (scope < known.size()) {
        scopes.back().scope = known[scope].message;
        scopes.back().schema_url = known[scope].schema_url;
      }
    }
    scopes[number->second].spans.push_back(span.bytes);
  }
  std::string request;
  protocol::append_otlp_traces(request, flight.metadata.resource, scopes,
                               flight.metadata.resource_schema_url);
  return request;
}

}  // namespace

OrphanFeed::OrphanFeed(std::vector<FlightOrphan> orphans, std::size_t max_batch) : max_batch_(max_batch) {
  for (FlightOrphan& orphan : orphans) orphans_.push_back({std::move(orphan)});
}

std::optional<OrphanFeed::Request> OrphanFeed::next() {
  while (feeding_ < orphans_.size() && orphans_[feeding_].next == orphans_[feeding_].size()) ++feeding_;
  if (feeding_ == orphans_.size()) return std::nullopt;
  Fed& fed = orphans_[feeding_];
  const std::size_t first = fed.next;
  fed.next = std::min(first + max_batch_, fed.size());
  return Request{encode(fed.orphan.flight, first, fed.next), fed.next - first};
}

void OrphanFeed::sent_as(std::uint64_t sequence) {
  orphans_[feeding_].sequence = sequence;
}

void OrphanFeed::settle(std::uint64_t sequence, base::Log& log, RecoveryHealth& recovered) {
  while (!orphans_.empty() && orphans_.front().next == orphans_.front().size() &&
         orphans_.front().sequence <= sequence) {
    const RecoveredFlight& flight = orphans_.front().orphan.flight;
    orphans_.front().orphan.file->remove();
    log.info("exported " + std::to_string(flight.finished.size()) + " finished and " +
             std::to_string(flight.incomplete.size()) + " unfinished spans of process " +
             std::to_string(flight.pid) + ", which was killed");
    ++recovered.processes;
    recovered.finished_spans += flight.finished.size();
    recovered.incomplete_spans += flight.incomplete.size();
    recovered.torn_records += flight.torn;
    orphans_.pop_front();
    if (feeding_ > 0) --feeding_;
  }
}

void OrphanFeed::report_left(base::Log& log) const {
  for (const Fed& fed : orphans_) {
    log.warn("spans of process " + std::to_string(fed.orphan.flight.pid) + ", which was killed, stay in " +
             fed.orphan.file->path() + " until the next start");
  }
}

}  // namespace container_kit::telemetry::delivery
