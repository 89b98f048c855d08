#include "config/environment.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/ascii.h"
#include "config/setting.h"

namespace container_kit::telemetry::config {
namespace {

template <typename T>
std::optional<T> parse_whole(std::string_view text) {
  T value{};
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size())
    return std::nullopt;
  return value;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned value = 0;
    const bool is_escape =
        text[at] == '%' && at + 2 < text.size() &&
        std::from_chars(&text[at + 1], &text[at + 1] + 2, value, 16).ptr == &text[at + 1] + 2;
    out += is_escape ? static_cast<char>(value) : text[at];
    if (is_escape) at += 2;
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain =
        byte > ' ' && byte < 0x7F && std::string_view(",%=;").find(c) == std::string_view::npos;
    if (is_plain) {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4U], kHex[byte & 0xFU]};
    }
  }
  return out;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::optional<double> parse_number(std::string_view text) {
  const auto value = parse_whole<double>(base::trim(text));
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::size_t> parse_count(std::string_view text) {
  return parse_whole<std::size_t>(base::trim(text));
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  text = base::trim(text);
  const std::size_t unit_at = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto value = parse_whole<double>(text.substr(0, unit_at));
  if (!value || !std::isfinite(*value)) return std::nullopt;
  const std::string_view unit = text.substr(unit_at);
  double factor = 0;
  if (unit.empty() || unit == "ms") factor = 1;
  if (unit == "s") factor = 1'000;
  if (unit == "m") factor = 60'000;
  if (unit == "h") factor = 3'600'000;
  constexpr double kLongest = 1e15;
  if (factor == 0 || *value * factor > kLongest) return std::nullopt;
  return std::chrono::milliseconds(std::llround(*value * factor));
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (const std::string_view item = base::trim(text.substr(0, comma)); !item.empty())
      items.emplace_back(item);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_pairs(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& item : split_list(text)) {
    const std::size_t equals = item.find('=');
    const std::string_view key = base::trim(std::string_view(item).substr(0, equals));
    if (equals == std::string::npos || key.empty()) return std::nullopt;
    pairs.emplace_back(percent_decode(key),
                       percent_decode(base::trim(std::string_view(item).substr(equals + 1))));
  }
  return pairs;
}

std::string print_pairs(const std::map<std::string, std::string>& pairs) {
  std::string text;
  for (const auto& [key, value] : pairs) {
    text += (text.empty() ? "" : ",") + percent_encode(key) + "=" + percent_encode(value);
  }
  return text;
}

bool Environment::is_true(const char* name) {
  bool value = false;
  boolean(name, value);
  return value;
}

void Environment::apply(const Setting& setting, Config& config) {
  if (setting.from_environment) return setting.from_environment(*this, setting, config);
  for (const std::string& name : setting.variables) apply(setting, name.c_str(), config);
}

void Environment::apply(const Setting& setting, const char* name, Config& config) {
  const std::string value = get(name);
  if (value.empty()) return;
  const std::string unusable = setting.read(value, config);
  if (!unusable.empty()) complain(setting, name, unusable);
  if (unusable != value) note_source(setting, name, config);
}

void Environment::complain(const Setting& setting, const char* name, std::string_view value) {
  complain(name, setting.is_secret ? "(hidden)" : value, setting.allowed);
}

void Environment::complain(const char* name, std::string_view value, std::string_view allowed) {
  const bool ours = std::string_view(name).starts_with("CONTAINER_KIT_");
  std::string message = std::string(name) + ": \"" + std::string(value) + "\" is not usable; allowed: ";
  message.append(allowed);
  if (!ours) message += "; ignored";
  auto& noted = ours ? faults_ : warnings_;
  // Traces and metrics both read the variables that they share.
  if (std::find(noted.begin(), noted.end(), message) == noted.end()) noted.push_back(std::move(message));
}

void Environment::text(const char* name, std::string& target) const {
  if (std::string value = get(name); !value.empty()) target = std::move(value);
}

void Environment::boolean(const char* name, bool& target) {
  const std::string value = get(name);
  if (value.empty()) return;
  const std::string lower = lower_case(value);
  if (lower != "true" && lower != "false") complain(name, value, "true or false");
  target = lower == "true";  // the specification: false for anything but "true"
}

void Environment::number(const char* name, double& target) {
  const std::string value = get(name);
  if (value.empty()) return;
  if (const auto parsed = parse_number(value)) {
    target = *parsed;
  } else {
    complain(name, value, "a number");
  }
}

void Environment::count(const char* name, std::size_t& target) {
  const std::string value = get(name);
  if (value.empty()) return;
  if (const auto parsed = parse_count(value)) {
    target = *parsed;
  } else {
    complain(name, value, "a whole number of 0 or more");
  }
}

void Environment::duration(const char* name, std::chrono::milliseconds& target) {
  const std::string value = get(name);
  if (value.empty()) return;
  if (const auto parsed = parse_duration(value)) {
    target = *parsed;
  } else {
    complain(name, value, "a duration such as 500ms, 15s or 2m; a bare number is milliseconds");
  }
}

}  // namespace container_kit::telemetry::config
