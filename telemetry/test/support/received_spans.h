// What a receiver was sent, decoded by the official schema.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "opentelemetry/proto/trace/v1/trace.pb.h"
#include "support/loopback_receiver.h"

namespace container_kit::telemetry::test {

using ReceivedSpan = opentelemetry::proto::trace::v1::Span;

// Every span of every request; a request that does not parse, or has a span twice, is a failure of the test.
std::vector<ReceivedSpan> spans_received_by(const LoopbackReceiver& receiver);
std::multiset<std::string> names_of(const std::vector<ReceivedSpan>& spans);

}  // namespace container_kit::telemetry::test
