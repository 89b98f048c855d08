#include "protocol/prometheus_name.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "base/utf8.h"

namespace container_kit::telemetry::protocol {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array<Pair, 32> kUnits = {{
    {"d", "days"},          {"h", "hours"},         {"min", "minutes"},    {"s", "seconds"},
    {"ms", "milliseconds"}, {"us", "microseconds"}, {"ns", "nanoseconds"}, {"By", "bytes"},
    {"KiBy", "kibibytes"},  {"MiBy", "mebibytes"},  {"GiBy", "gibibytes"}, {"TiBy", "tibibytes"},
    {"KBy", "kilobytes"},   {"kBy", "kilobytes"},   {"MBy", "megabytes"},  {"GBy", "gigabytes"},
    {"TBy", "terabytes"},   {"bit", "bits"},        {"m", "meters"},       {"V", "volts"},
    {"A", "amperes"},       {"J", "joules"},        {"W", "watts"},        {"g", "grams"},
    {"kg", "kilograms"},    {"Cel", "celsius"},     {"Hz", "hertz"},       {"%", "percent"},
    {"wk", "weeks"},        {"mo", "months"},       {"a", "years"},        {"KBit", "kilobits"},
}};

constexpr std::array<Pair, 7> kPerUnits = {{
    {"s", "second"},
    {"m", "minute"},
    {"h", "hour"},
    {"d", "day"},
    {"w", "week"},
    {"mo", "month"},
    {"y", "year"},
}};

template <std::size_t n>
std::string_view look_up(const std::array<Pair, n>& table, std::string_view key) noexcept {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Pair& pair) { return pair.first == key; });
  return found == table.end() ? key : found->second;
}

bool is_word_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Anything but letters and digits becomes one underscore, however many there are in a row.
std::string squeeze(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_word_character(c)) {
      out += c;
    } else if (out.empty() || out.back() != '_') {
      out += '_';
    }
  }
  return out;
}

std::string without_annotations(std::string_view unit) {
  std::string out;
  int depth = 0;
  for (const char c : unit) {
    if (c == '{') ++depth;
    if (depth == 0) out += c;
    if (c == '}' && depth > 0) --depth;
  }
  return out;
}

std::string trim_underscores(const std::string& text) {
  const std::size_t begin = text.find_first_not_of('_');
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of('_') - begin + 1);
}

// Whether `word`, which may hold underscores itself, is one of the underscore-separated parts of `name`.
bool has_word(const std::string& name, const std::string& word) {
  return ('_' + name + '_').find('_' + word + '_') != std::string::npos;
}

std::string value_text(const AttributeValue& value) {
  switch (value.type()) {
    case AttributeValue::Type::kBool:
      return value.as_bool() ? "true" : "false";
    case AttributeValue::Type::kInt:
      return std::to_string(value.as_int());
    case AttributeValue::Type::kDouble: {
      char buffer[32];
      return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value.as_double()).ptr};
    }
    default:
      return std::string(value.as_string());
  }
}

}  // namespace

std::string unit_word(std::string_view unit, bool gauge) {
  const std::string plain = without_annotations(unit);
  if (plain == "1") return gauge && unit == "1" ? "ratio" : "";
  const std::size_t slash = plain.find('/');
  std::string word = trim_underscores(squeeze(look_up(kUnits, plain.substr(0, slash))));
  if (plain == "%") word = "percent";
  if (slash == std::string::npos || slash + 1 == plain.size()) return word;
  const std::string per = trim_underscores(squeeze(look_up(kPerUnits, plain.substr(slash + 1))));
  if (per.empty()) return word;
  return word.empty() ? "per_" + per : word + "_per_" + per;
}

std::string metric_name(const metrics::MetricInfo& info) {
  std::string name = squeeze(info.name);
  if (!name.empty() && name[0] >= '0' && name[0] <= '9') name.insert(0, "_");
  const bool gauge = info.aggregation == AggregationKind::kLastValue;
  const bool total = info.aggregation == AggregationKind::kSum && info.monotonic;
  constexpr std::string_view kTotal = "_total";
  if (total && name.ends_with(kTotal)) name.resize(name.size() - kTotal.size());
  const std::string unit = unit_word(info.unit, gauge);
  if (!unit.empty() && !has_word(name, unit)) name += '_' + unit;
  if (total) name += kTotal;
  return name;
}

std::string label_name(std::string_view key) {
  std::string name = squeeze(key);
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) name.insert(0, "_");
  return name;
}

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  if (!base::is_valid_utf8(text)) return append_escaped(out, base::sanitize_utf8(text), quotes);
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (c == '"' && quotes)) out += '\\';
    out += c;
  }
}

void append_label(std::string& out, std::string_view name, std::string_view value) {
  if (!out.empty()) out += ',';
  out.append(name).append("=\"");
  append_escaped(out, value, true);
  out += '"';
}

std::string label_text(const metrics::PackedSet& set, std::string_view prefix) {
  std::vector<std::pair<std::string, std::string>> labels;
  set.for_each([&](const Attribute& attribute) {
    std::string name = prefix.empty() ? label_name(attribute.key)
                                      : squeeze(std::string(prefix) + std::string(attribute.key));
    std::string value = value_text(attribute.value);
    const auto same =
        std::find_if(labels.begin(), labels.end(), [&](const auto& label) { return label.first == name; });
    if (same == labels.end()) {
      labels.emplace_back(std::move(name), std::move(value));
    } else {
      same->second += ';' + value;
    }
  });
  std::string out;
  for (const auto& [name, value] : labels) append_label(out, name, value);
  return out;
}

}  // namespace container_kit::telemetry::protocol
