// Drives the span API with calls made from arbitrary bytes, and checks what comes out against the official
// schema.
//
// Used by the fuzzer, and by a test that feeds it random bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace container_kit::telemetry::test {

// Runs the calls that `bytes` describes on an engine of its own. Returns what is wrong with the spans that
// came out, or an empty text.
std::string drive_span_api(std::span<const std::uint8_t> bytes);

}  // namespace container_kit::telemetry::test
