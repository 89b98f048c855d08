// Setting: one thing that a user may set, described once: reading it from text, printing it, what is allowed,
// its variables, and its line in docs/configuration.md all come from here.
//
// Thread safety and ownership: plain values; settings() is made at its first use and never changed or
// destroyed.
#pragma once

#include <chrono>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <container_kit/telemetry/config.h>

namespace container_kit::telemetry::config {

class Environment;

struct Setting {
  std::string name;                    // Config's field: "trace_sample_rate", "otlp_traces.timeout"
  std::vector<std::string> variables;  // the strongest last
  std::string allowed;
  std::string description;
  // Sets the field from text, all of it or, of a list, what can be used. Returns what cannot be used; empty:
  // all was taken.
  std::function<std::string(std::string_view text, Config& config)> read = nullptr;
  std::function<std::string(const Config& config)> print = nullptr;
  // Whether the field's value is allowed; null: any is.
  std::function<bool(const Config& config)> holds = nullptr;
  // Instead of reading `variables`, one after the other, by `read`.
  std::function<void(Environment& env, const Setting& setting, Config& config)> from_environment = nullptr;
  bool is_secret = false;  // its text is never shown
};

// All that can be set, in the order of the documentation.
const std::vector<Setting>& settings();
// Null: there is none of this name.
const Setting* find_setting(std::string_view name);

// The field's value was read there: from a variable, or from "FILE:LINE".
void note_source(const Setting& setting, std::string_view where, Config& config);

// What `container-kit config` shows of a setting: headers' values, users and passwords in URLs and the values
// of their queries are left out.
std::string masked(const Setting& setting, const Config& config);

// A member of Config, or of one of its OtlpOptions.
template <typename T>
class Field {
 public:
  Field(T Config::*member) : member_(member) {}
  Field(OtlpOptions Config::*options, T OtlpOptions::*member) : options_(options), option_(member) {}
  T& of(Config& config) const { return options_ != nullptr ? config.*options_.*option_ : config.*member_; }
  const T& of(const Config& config) const {
    return options_ != nullptr ? config.*options_.*option_ : config.*member_;
  }

 private:
  T Config::*member_ = nullptr;
  OtlpOptions Config::*options_ = nullptr;
  T OtlpOptions::*option_ = nullptr;
};

// What every kind of setting says of itself.
struct About {
  std::string name;
  std::vector<std::string> variables;
  std::string description;
};

Setting text_setting(About about, Field<std::string> field, std::string allowed = "any text");
Setting boolean_setting(About about, Field<bool> field);
Setting rate_setting(About about, Field<double> field);  // 0.0 to 1.0
Setting count_setting(About about, Field<std::size_t> field, std::size_t least,
                      std::size_t most = std::numeric_limits<std::size_t>::max());
Setting duration_setting(About about, Field<std::chrono::milliseconds> field,
                         std::chrono::milliseconds least);

template <typename T>
struct Word {
  std::string_view word;  // in lower case
  T value;
};

template <typename T>
std::string list_words(const std::vector<Word<T>>& words) {
  std::string list;
  for (const Word<T>& one : words) list += (list.empty() ? "" : ", ") + std::string(one.word);
  return list;
}

std::string lower_trimmed(std::string_view text);

template <typename T>
std::optional<T> value_of(const std::vector<Word<T>>& words, std::string_view text) {
  const std::string lower = lower_trimmed(text);
  for (const Word<T>& one : words) {
    if (one.word == lower) return one.value;
  }
  return std::nullopt;
}

// The first word of a value is the one that is printed.
template <typename T>
std::string word_of(const std::vector<Word<T>>& words, const T& value) {
  for (const Word<T>& one : words) {
    if (one.value == value) return std::string(one.word);
  }
  return {};
}

// One of a few words, in any case.
template <typename T>
Setting word_setting(About about, Field<T> field, std::vector<Word<T>> words) {
  Setting setting{std::move(about.name), std::move(about.variables), list_words(words),
                  std::move(about.description)};
  setting.print = [field, words](const Config& config) { return word_of(words, field.of(config)); };
  setting.read = [field, words = std::move(words)](std::string_view text, Config& config) -> std::string {
    const std::optional<T> value = value_of(words, text);
    if (!value) return std::string(text);
    field.of(config) = *value;
    return {};
  };
  return setting;
}

}  // namespace container_kit::telemetry::config
