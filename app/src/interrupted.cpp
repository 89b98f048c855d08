#include "interrupted.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include <container_kit/kit/timestamp.h>

namespace container_kit::app {

namespace {

constexpr std::size_t kMostLines = 32;
constexpr std::size_t kLongestName = 128;

// What a person began: requests and steps around and below it are in the trace.
bool is_told_of(const telemetry::InterruptedSpan& span) {
  constexpr std::array<std::string_view, 3> kKinds{"tool.", "pipeline.", "session."};
  return std::any_of(kKinds.begin(), kKinds.end(), [&](auto kind) { return span.name.starts_with(kind); });
}

// What could end the line or begin another word becomes a dot.
std::string word(std::string_view text) {
  std::string safe(text.substr(0, kLongestName));
  std::replace_if(
      safe.begin(), safe.end(), [](char c) { return c <= ' ' || c > '~'; }, '.');
  return safe;
}

std::string time_of(std::int64_t unix_nanoseconds) {
  const std::chrono::sys_time<std::chrono::nanoseconds> time{std::chrono::nanoseconds(unix_nanoseconds)};
  return kit::timestamp(std::chrono::floor<std::chrono::milliseconds>(time));
}

}  // namespace

void report_interrupted(const std::vector<telemetry::InterruptedSpan>& spans, std::ostream& out) {
  std::size_t told = 0;
  for (const auto& span : spans) {
    if (!is_told_of(span) || ++told > kMostLines) continue;
    out << "container-kit: interrupted name=" << word(span.name) << " trace_id=" << span.trace_id.to_hex()
        << " span_id=" << span.span_id.to_hex() << " pid=" << span.process_id
        << " started=" << time_of(span.start_time)
        << " ran_for_ms=" << std::chrono::duration_cast<std::chrono::milliseconds>(span.ran_for).count()
        << '\n';
  }
  if (told > kMostLines) out << "container-kit: interrupted " << told - kMostLines << " more\n";
  out.flush();
}

}  // namespace container_kit::app
