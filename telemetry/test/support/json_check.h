// Whether a text is JSON, by RFC 8259 to the letter: a second opinion on what we write.
#pragma once

#include <string_view>

namespace container_kit::telemetry::test {

bool is_json(std::string_view text);

}  // namespace container_kit::telemetry::test
