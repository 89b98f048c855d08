#include "config/setting.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "config/endpoint.h"
#include "config/environment.h"

namespace container_kit::telemetry::config {
namespace {

std::string print_number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

// The largest unit that holds it whole.
std::string print_duration(std::chrono::milliseconds value) {
  struct Unit {
    std::int64_t milliseconds;
    const char* name;
  };
  const auto count = std::int64_t{value.count()};
  for (const Unit unit : {Unit{3'600'000, "h"}, Unit{60'000, "m"}, Unit{1'000, "s"}}) {
    if (count != 0 && count % unit.milliseconds == 0) {
      return std::to_string(count / unit.milliseconds) + unit.name;
    }
  }
  return std::to_string(count) + (count == 0 ? "" : "ms");
}

std::string allowed_counts(std::size_t least, std::size_t most) {
  if (most != std::numeric_limits<std::size_t>::max()) {
    return std::to_string(least) + " to " + std::to_string(most);
  }
  return "a whole number of " + std::to_string(least) + " or more";
}

Setting made_of(About about, std::string allowed) {
  return {std::move(about.name),
          std::move(about.variables),
          std::move(allowed),
          std::move(about.description),
          {},
          {}};
}

std::string without_query_values(std::string url) {
  const std::size_t query = url.find('?');
  if (query == std::string::npos) return url;
  std::string out = url.substr(0, query + 1);
  bool is_value = false;
  for (std::size_t at = query + 1; at < url.size(); ++at) {
    if (url[at] == '&' || url[at] == '#') is_value = false;
    if (!is_value) out += url[at];
    if (url[at] == '=' && !is_value) {
      is_value = true;
      out += "****";
    }
  }
  return out;
}

}  // namespace

std::string lower_trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return lower_case(text.substr(first, text.find_last_not_of(kSpace) - first + 1));
}

const Setting* find_setting(std::string_view name) {
  const auto& all = settings();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Setting& setting) { return setting.name == name; });
  return found != all.end() ? &*found : nullptr;
}

void note_source(const Setting& setting, std::string_view where, Config& config) {
  config.sources[setting.name] = {std::string(where), setting.print(config)};
}

std::string masked(const Setting& setting, const Config& config) {
  std::string value = setting.print(config);
  if (!setting.is_secret) {
    const bool is_url = value.find("://") != std::string::npos;
    return is_url ? without_query_values(without_credentials(value)) : value;
  }
  if (!setting.name.ends_with(".headers")) return value.empty() ? "" : "****";
  std::string names;  // of headers: name=****
  for (const std::string& pair : split_list(value)) {
    names += (names.empty() ? "" : ",") + pair.substr(0, pair.find('=')) + "=****";
  }
  return names;
}

Setting text_setting(About about, Field<std::string> field, std::string allowed) {
  Setting setting = made_of(std::move(about), std::move(allowed));
  setting.read = [field](std::string_view text, Config& config) -> std::string {
    field.of(config) = text;
    return {};
  };
  setting.print = [field](const Config& config) { return field.of(config); };
  return setting;
}

Setting boolean_setting(About about, Field<bool> field) {
  return word_setting<bool>(std::move(about), field, {{"true", true}, {"false", false}});
}

Setting rate_setting(About about, Field<double> field) {
  const auto is_rate = [](double value) { return value >= 0.0 && value <= 1.0; };
  Setting setting = made_of(std::move(about), "0.0 to 1.0");
  setting.read = [field, is_rate](std::string_view text, Config& config) -> std::string {
    const auto value = parse_number(text);
    if (!value || !is_rate(*value)) return std::string(text);
    field.of(config) = *value;
    return {};
  };
  setting.print = [field](const Config& config) { return print_number(field.of(config)); };
  setting.holds = [field, is_rate](const Config& config) { return is_rate(field.of(config)); };
  return setting;
}

Setting count_setting(About about, Field<std::size_t> field, std::size_t least, std::size_t most) {
  const auto fits = [least, most](std::size_t value) { return value >= least && value <= most; };
  Setting setting = made_of(std::move(about), allowed_counts(least, most));
  setting.read = [field, fits](std::string_view text, Config& config) -> std::string {
    const auto value = parse_count(text);
    if (!value || !fits(*value)) return std::string(text);
    field.of(config) = *value;
    return {};
  };
  setting.print = [field](const Config& config) { return std::to_string(field.of(config)); };
  setting.holds = [field, fits](const Config& config) { return fits(field.of(config)); };
  return setting;
}

Setting duration_setting(About about, Field<std::chrono::milliseconds> field,
                         std::chrono::milliseconds least) {
  Setting setting =
      made_of(std::move(about), least.count() > 0 ? "a duration of more than 0: 500ms, 15s, 2m, 1h"
                                                  : "a duration: 0, 500ms, 15s, 2m, 1h");
  setting.read = [field, least](std::string_view text, Config& config) -> std::string {
    const auto value = parse_duration(text);
    if (!value || *value < least) return std::string(text);
    field.of(config) = *value;
    return {};
  };
  setting.print = [field](const Config& config) { return print_duration(field.of(config)); };
  setting.holds = [field, least](const Config& config) { return field.of(config) >= least; };
  return setting;
}

}  // namespace container_kit::telemetry::config
