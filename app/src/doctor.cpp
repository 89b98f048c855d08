#include <algorithm>
#include <iostream>

#include <boost/json.hpp>

#include <container_kit/telemetry/doctor.h>

#include "commands.h"

namespace container_kit::app {

namespace {

namespace json = boost::json;
using telemetry::Finding;
using telemetry::FindingState;

// The state, what it is about and where; below it what is the case and what to do.
void print_findings(const std::vector<Finding>& findings) {
  std::size_t width = 0;
  for (const Finding& finding : findings) width = std::max(width, finding.subject.size());
  for (const Finding& finding : findings) {
    const std::string state(telemetry::to_string(finding.state));
    constexpr std::size_t kStateWidth = 9;
    std::cout << state << std::string(kStateWidth - std::min(kStateWidth, state.size()), ' ')
              << finding.subject << std::string(width - finding.subject.size() + 2, ' ')
              << (finding.target.empty() ? "" : finding.target + ": ") << finding.what << '\n';
    if (!finding.advice.empty()) std::cout << std::string(kStateWidth, ' ') << "→ " << finding.advice << '\n';
  }
}

void print_json(const std::vector<Finding>& findings, bool is_well) {
  json::array all;
  for (const Finding& finding : findings) {
    all.push_back({{"subject", finding.subject},
                   {"target", finding.target},
                   {"state", telemetry::to_string(finding.state)},
                   {"what", finding.what},
                   {"advice", finding.advice}});
  }
  std::cout << json::serialize(json::object{{"well", is_well}, {"findings", std::move(all)}}) << '\n';
}

}  // namespace

int doctor(const DoctorCommand& command, const telemetry::Config& config) {
  const auto findings = telemetry::examine(config, {std::chrono::milliseconds(command.timeout_ms)});
  const bool is_well = std::none_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.state == FindingState::kProblem;
  });
  if (command.json) {
    print_json(findings, is_well);
  } else {
    print_findings(findings);
  }
  return is_well ? 0 : kExitFailure;
}

}  // namespace container_kit::app
