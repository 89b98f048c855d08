// The words that stand for values of enumerations, in variables, files and on the screen.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/config.h>

#include "config/environment.h"
#include "config/setting.h"

namespace container_kit::telemetry::config {

std::vector<Word<TracesExporter>> traces_exporter_words();
std::vector<Word<MetricsExporter>> metrics_exporter_words();
std::vector<Word<OtlpProtocol>> protocol_words();
std::vector<Word<OtlpCompression>> compression_words();
std::vector<Word<MetricsTemporality>> temporality_words();
std::vector<Word<bool>> histogram_words();
std::vector<Word<ExemplarFilter>> exemplar_filter_words();
std::vector<Word<LogLevel>> log_level_words();
std::vector<Word<PropagationFormat>> propagator_words();

// What "none" beside others means: it wins over them, or it cannot be used.
enum class ListNone { kWins, kAlone };

// A list of words, or "none": those that are known replace what was there. Returns the others.
template <typename T>
std::string read_list(const std::vector<Word<T>>& words, std::string_view text, std::vector<T>& target,
                      bool& is_none, ListNone rule = ListNone::kWins) {
  std::vector<T> read;
  std::string unknown;
  bool none = false;
  for (const std::string& item : split_list(text)) {
    const auto value = value_of(words, item);
    if (lower_case(item) == "none") {
      none = true;
    } else if (!value) {
      unknown += (unknown.empty() ? "" : ",") + item;
    } else if (std::find(read.begin(), read.end(), *value) == read.end()) {
      read.push_back(*value);
    }
  }
  if (none && rule == ListNone::kAlone && !read.empty()) {
    none = false;
    unknown += unknown.empty() ? "none" : ",none";
  }
  if (none || !read.empty()) {
    target = std::move(read);
    is_none = none;
  }
  return unknown;
}

template <typename T>
std::string print_list(const std::vector<Word<T>>& words, const std::vector<T>& values) {
  std::string text;
  for (const T& value : values) text += (text.empty() ? "" : ",") + word_of(words, value);
  return text;
}

}  // namespace container_kit::telemetry::config
