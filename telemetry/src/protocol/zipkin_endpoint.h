// Whom a span called, as Zipkin's remoteEndpoint.
#pragma once

#include "base/append_buffer.h"
#include "protocol/otlp_reader.h"

namespace container_kit::telemetry::protocol {

// `"remoteEndpoint":{...},` from the attribute that the specification ranks highest among the span's; nothing
// where the span is no client's or producer's, or has none of them.
void append_remote_endpoint(base::AppendBuffer& out, const OtlpSpan& span);

}  // namespace container_kit::telemetry::protocol
