// Reading settings from environment variables, with every fault noted in the words of design.
//
// OpenTelemetry's variables: a value that cannot be used is warned about and ignored, as the specification
// says. CONTAINER_KIT_*: it is a fault, and nothing starts.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/config.h>

namespace container_kit::telemetry::config {

// The value of a variable; empty where it is not set. The seam for tests.
using Lookup = std::function<std::string(const char* name)>;
// The process's own variables.
std::string lookup_process_environment(const char* name);

// "15s", "500ms", "2m", "1h"; a bare number is milliseconds. Nothing on anything else, negative ones
// included.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
std::optional<double> parse_number(std::string_view text);
std::optional<std::size_t> parse_count(std::string_view text);
// key=value pairs, separated by commas, percent-decoded (W3C Baggage, as OTEL_RESOURCE_ATTRIBUTES has it).
// Nothing where one of them has no '=' or no key.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_pairs(std::string_view text);
// What parse_pairs() reads back.
std::string print_pairs(const std::map<std::string, std::string>& pairs);
std::vector<std::string> split_list(std::string_view text);
std::string lower_case(std::string_view text);

struct Setting;

class Environment {
 public:
  Environment(Lookup lookup, std::vector<std::string>& warnings, std::vector<std::string>& faults)
      : lookup_(std::move(lookup)), warnings_(warnings), faults_(faults) {}

  // Each sets `target` where the variable is set and right.
  void text(const char* name, std::string& target) const;
  void boolean(const char* name, bool& target);
  void number(const char* name, double& target);
  void count(const char* name, std::size_t& target);
  void duration(const char* name, std::chrono::milliseconds& target);

  std::string get(const char* name) const { return lookup_(name); }
  // OpenTelemetry's booleans: true only for "true" in any case.
  bool is_true(const char* name);

  // Reads the setting from its variables.
  void apply(const Setting& setting, Config& config);
  // Reads it from this variable, in its words.
  void apply(const Setting& setting, const char* name, Config& config);
  void complain(const Setting& setting, const char* name, std::string_view value);
  // Notes that the variable's value cannot be used: as a fault, or as a warning for OTEL_*.
  void complain(const char* name, std::string_view value, std::string_view allowed);

 private:
  Lookup lookup_;
  std::vector<std::string>& warnings_;
  std::vector<std::string>& faults_;
};

}  // namespace container_kit::telemetry::config
