// The vulnerabilities that a scanner found, from trivy's or grype's JSON.
//
// Thread safety: pure functions. Source: the report formats of trivy 0.5x ("SchemaVersion": 2) and grype
// 0.8x.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/kit/tool_error.h>

namespace container_kit::kit::containers {

enum class VulnerabilitySeverity { kUnknown, kLow, kMedium, kHigh, kCritical };
constexpr std::array<std::string_view, 5> kSeverityNames{"unknown", "low", "medium", "high", "critical"};

struct Vulnerability {
  std::string id;  // "CVE-2024-1234"
  std::string package;
  std::string installed;
  std::string fixed;  // the version that has it mended; empty: none yet
  VulnerabilitySeverity severity = VulnerabilitySeverity::kUnknown;
};

// The gravest first, then by id and package. Error: kProgramFailed, where it is not the scanner's JSON.
ToolResult<std::vector<Vulnerability>> read_trivy(std::string_view report);
ToolResult<std::vector<Vulnerability>> read_grype(std::string_view report);

}  // namespace container_kit::kit::containers
