#include "config/propagators.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace container_kit::telemetry::config {
namespace {

constexpr const char* kVariable = "OTEL_PROPAGATORS";
constexpr std::string_view kAllowed = "tracecontext, baggage, b3, b3multi, jaeger, none";
constexpr std::array<std::pair<std::string_view, PropagationFormat>, 5> kNames{{
    {"tracecontext", PropagationFormat::kTraceContext},
    {"baggage", PropagationFormat::kBaggage},
    {"b3", PropagationFormat::kB3},
    {"b3multi", PropagationFormat::kB3Multi},
    {"jaeger", PropagationFormat::kJaeger},
}};

}  // namespace

void read_propagators(Environment& env, Config& config) {
  std::vector<PropagationFormat> formats;
  bool is_none = false;
  for (const std::string& item : split_list(env.get(kVariable))) {
    const std::string name = lower_case(item);
    const auto* const known =
        std::find_if(kNames.begin(), kNames.end(), [&](const auto& one) { return one.first == name; });
    if (known == kNames.end()) {
      is_none = is_none || name == "none";
      if (name != "none") env.complain(kVariable, item, kAllowed);
    } else if (std::find(formats.begin(), formats.end(), known->second) == formats.end()) {
      formats.push_back(known->second);
    }
  }
  if (is_none && !formats.empty()) env.complain(kVariable, "none", "none by itself");
  if (is_none || !formats.empty()) config.propagators = std::move(formats);
}

}  // namespace container_kit::telemetry::config
