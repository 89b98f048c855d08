#include "support/span_ledger.h"

#include <algorithm>
#include <cstring>

#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"

namespace container_kit::tests {
namespace {

using Request = opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;
using ReceivedSpan = opentelemetry::proto::trace::v1::Span;

constexpr std::uint64_t kNoNumber = ~std::uint64_t{0};
constexpr std::uint64_t kMostNumbers = 100'000'000;

std::uint64_t number_of(const ReceivedSpan& span) {
  for (const auto& attribute : span.attributes()) {
    if (attribute.key() == "n") return static_cast<std::uint64_t>(attribute.value().int_value());
  }
  return kNoNumber;
}

std::uint64_t id_of(const ReceivedSpan& span) {
  std::uint64_t id = 0;
  if (span.span_id().size() == sizeof id) std::memcpy(&id, span.span_id().data(), sizeof id);
  return id;
}

template <typename Visit>
bool for_each_span(const std::string& bytes, Visit visit) {
  Request request;
  if (!request.ParseFromString(bytes)) return false;
  for (const auto& resource : request.resource_spans()) {
    for (const auto& scope : resource.scope_spans()) {
      for (const auto& span : scope.spans()) visit(span);
    }
  }
  return true;
}

}  // namespace

bool SpanLedger::add(const std::string& request) {
  const std::lock_guard lock(mutex_);
  return for_each_span(request, [this](const ReceivedSpan& span) {
    const std::uint64_t number = number_of(span);
    const std::uint64_t id = id_of(span);
    if (number >= kMostNumbers || id == 0) {
      ++strangers_;
      return;
    }
    if (number >= ids_.size()) ids_.resize(std::max<std::size_t>(number + 1, ids_.size() * 2));
    if (ids_[number] == 0) {
      ids_[number] = id;
      ++arrived_;
    } else {
      ++(ids_[number] == id ? duplicates_ : strangers_);
    }
  });
}

SpanLedger::Account SpanLedger::account(std::uint64_t count) const {
  const std::lock_guard lock(mutex_);
  Account account{arrived_, duplicates_, 0, strangers_, 0, 0};
  for (std::uint64_t number = 0; number < std::max<std::uint64_t>(count, ids_.size()); ++number) {
    const bool is_there = number < ids_.size() && ids_[number] != 0;
    if (number >= count) {
      account.strangers += is_there ? 1 : 0;
    } else if (!is_there) {
      if (account.missing == 0) account.first_missing = number;
      account.last_missing = number;
      ++account.missing;
    }
  }
  return account;
}

std::uint64_t SpanLedger::arrived() const {
  const std::lock_guard lock(mutex_);
  return arrived_;
}

std::uint64_t count_spans(const std::string& request) {
  std::uint64_t count = 0;
  for_each_span(request, [&](const ReceivedSpan& /*span*/) { ++count; });
  return count;
}

}  // namespace container_kit::tests
