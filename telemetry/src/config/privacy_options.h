// What the environment says of privacy, and what must hold of the rules before they are compiled.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/config.h>

#include "config/setting.h"

namespace container_kit::telemetry::config {

// The detectors of privacy/, in the order of its Detector enumeration.
constexpr std::string_view kDetectorNames[] = {
    "key_name",        "private_key", "jwt",          "aws_access_key", "aws_secret_key",
    "github_token",    "slack_token", "vendor_token", "authorization",  "assignment",
    "url_credentials", "email",       "card_number",
};

// "<name>": the detector's number. Negative: no such detector.
int detector_number(std::string_view bracketed) noexcept;
bool is_bracketed(std::string_view text) noexcept;

void add_privacy_settings(std::vector<Setting>& all);

// Appends a fault a line.
void check_privacy_options(const PrivacyOptions& options, std::vector<std::string>& faults);

// Whether the library's own rules are on.
bool has_default_privacy(const Config& config) noexcept;
// Whether there is anything to filter by.
bool has_privacy(const Config& config) noexcept;

}  // namespace container_kit::telemetry::config
