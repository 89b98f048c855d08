#include "interrupted.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <string>
#include <string_view>

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

// ISO 8601 in UTC, to the millisecond.
std::string time_of(std::int64_t unix_nanoseconds) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  constexpr std::int64_t kMillisecond = 1'000'000;
  const std::time_t seconds = unix_nanoseconds / kSecond;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &utc);
  std::string milliseconds = std::to_string(unix_nanoseconds % kSecond / kMillisecond);
  milliseconds.insert(0, 3 - milliseconds.size(), '0');
  return std::string(text.data(), length) + milliseconds + "Z";
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
